/** Lets a fixed number of requests run at a time, the others in order of arrival. */

/** Gives the slot back; safe to call twice. */
export type ReleaseSlot = () => void;

export interface Slots {
  /** Resolves when a slot is free; rejects with the signal's reason if it is aborted before. */
  acquire(signal: AbortSignal): Promise<ReleaseSlot>;
}

/** Makes `count` slots. */
export function createSlots(count: number): Slots {
  const waiting = new Set<() => void>();
  let free = count;

  const take = (): ReleaseSlot => {
    let held = true;
    free -= 1;
    return () => {
      if (!held) return;
      held = false;
      free += 1;
      const [next] = waiting;
      next?.();
    };
  };

  return {
    acquire: (signal) => {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (free > 0) return Promise.resolve(take());
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(enter);
          signal.removeEventListener("abort", abort);
        };
        const enter = () => {
          leave();
          resolve(take());
        };
        const abort = () => {
          leave();
          reject(signal.reason);
        };
        waiting.add(enter);
        signal.addEventListener("abort", abort);
      });
    },
  };
}

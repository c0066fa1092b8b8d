/** Does many things with a fixed number of them under way, for the measurements. */

/** Calls `act` for each item, `width` at a time, in order; throws what the first failure threw. */
export async function inParallel<T>(width: number, items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const work = async (): Promise<void> => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: width }, work));
}

/** Reads an open stream: frames from its bytes, until it ends, breaks or falls silent. */
import type { Dispatcher } from "undici";
import { wireFailure } from "./failures.ts";
import { decodeFrames } from "./frames.ts";
import type { Scope } from "./scope.ts";
import type { FrameStream } from "./types.ts";

export interface FrameOptions {
  readonly scope: Scope;
  /** Milliseconds without a byte after which the stream fails. */
  readonly idleTimeout: number;
  /** Bytes of one frame. */
  readonly maxLine: number;
}

/** Reads `body` as frames. They end with the body or `close`, and fail with the scope's reason, `Unreachable` on a cut, `Timeout` on silence. */
export function openFrames(body: Dispatcher.ResponseData["body"], options: FrameOptions): FrameStream {
  const { scope, idleTimeout } = options;
  let closed = false;
  const close = () => {
    closed = true;
    scope.end();
    body.destroy();
  };

  /** Only waiting for the server counts as idle, not the time that the reader takes. */
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const wait = () => scope.limit(idleTimeout, `the stream was silent for ${idleTimeout} ms`);
    wait();
    for await (const chunk of body) {
      scope.lift();
      yield chunk;
      wait();
    }
  }

  async function* frames() {
    try {
      yield* decodeFrames(bytes(), options.maxLine);
    } catch (error) {
      if (!closed) throw wireFailure(error);
    } finally {
      close();
    }
  }

  return { frames: frames(), close };
}

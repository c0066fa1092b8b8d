/** Owns a TCP gate in front of a server: it accepts connections at once and passes bytes only when the test opens it. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Gate {
  /** As the server's, with the gate's port. */
  readonly url: string;
  /** Resolves with the first connection. */
  readonly reached: Promise<void>;
  open(): void;
  close(): Promise<void>;
}

/** Starts a closed gate in front of `url`. */
export async function startGate(url: string): Promise<Gate> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    keep(socket);
    reached.resolve();
    opened.promise.then(() => {
      const onward = keep(connect(Number(target.port), target.hostname));
      socket.pipe(onward).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${target.protocol}//127.0.0.1:${port}`,
    reached: reached.promise,
    open: opened.resolve,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Puts a TCP gate before a server: it accepts connections at once and passes bytes only while the test lets it. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Gate {
  /** As the server's, with the gate's port. */
  readonly url: string;
  /** Resolves with the first connection. */
  readonly reached: Promise<void>;
  open(): void;
  /** From now on no byte passes any more, in either direction; connections stay open, and TCP acknowledges what is sent. */
  stall(): void;
  /** Breaks all connections; new ones are let through as before. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a closed gate in front of `url`. */
export async function startGate(url: string): Promise<Gate> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const opened = Promise.withResolvers<void>();
  let stalled = false;
  const reached = Promise.withResolvers<void>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  };
  const pass = (from: Socket, to: Socket): void => {
    from.on("data", (bytes) => stalled || to.write(bytes));
    from.on("close", () => to.destroy());
  };
  const server = createServer((socket) => {
    keep(socket);
    reached.resolve();
    opened.promise.then(() => {
      const onward = keep(connect(Number(target.port), target.hostname));
      pass(socket, onward);
      pass(onward, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${target.protocol}//127.0.0.1:${port}`,
    reached: reached.promise,
    open: opened.resolve,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    stall: () => {
      stalled = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

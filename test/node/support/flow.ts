/** Tries connections between pods, and between pods and the outside, for tests of what NetworkPolicies let through. */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { type PodPlace, runIn } from "./workload.ts";

/** Milliseconds in which a connection on one machine is there, or never. What a policy denies gets no answer at all. */
const PATIENCE = 2_000;

/** `open`: connected. `silent`: no answer, as of a policy that denies. Otherwise a code of errno(3), as ECONNREFUSED. */
export type Answer = string;

/** Tries a TCP connection from inside of a pod. */
export function tryFrom(pod: PodPlace, address: string, port: number): Promise<Answer> {
  const script = `
const socket = require("node:net").connect(${port}, ${JSON.stringify(address)});
const answer = (word) => { process.stdout.write(word); process.exit(0); };
socket.once("connect", () => answer("open"));
socket.once("error", (error) => answer(error.code));
setTimeout(() => answer("silent"), ${PATIENCE});`;
  return runIn(pod, script);
}

/** Tries a TCP connection from outside of the cluster; `patience` in milliseconds. */
export async function tryFromOutside(address: string, port: number, patience = PATIENCE): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const socket = connect(port, address);
  socket.once("connect", () => resolve("open"));
  socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  const timer = setTimeout(() => resolve("silent"), patience);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** Listens outside of the cluster on an address that is there. */
export async function listenOutside(address: string, ports: readonly number[]): Promise<void> {
  await Promise.all(ports.map((port) => listen(address, port)));
}

async function listen(address: string, port: number): Promise<void> {
  const server = createServer((socket) => socket.on("error", () => undefined).end("hello"));
  server.listen(port, address);
  await once(server, "listening");
}

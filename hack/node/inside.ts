/** Runs the test node for `make node-up` until it is killed: `node hack/node/inside.ts FOLDER`, in namespaces of its own. */
import { startNode } from "./start.ts";

/** Milliseconds. Any timer keeps the process. */
const LONG = 2 ** 30;

await startNode(process.argv[2] ?? "");
process.stdout.write("ready\n");
setInterval(() => undefined, LONG);

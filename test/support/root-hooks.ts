/** Builds what cluster tests run on, starts the one control plane of a test run before the first of them, and ends it with the run. */
import { join, sep } from "node:path";
import { config } from "chai";
import type { Context, RootHookObject, Suite } from "mocha";
import { attachControlPlane, startControlPlane } from "../../hack/control-plane.ts";
import { kstatusBinary } from "../../hack/kstatus-binary.ts";
import { startNode } from "../../hack/node/start.ts";
import { observeExpiry } from "../expiry/observation.ts";
import { shareCluster } from "./cluster.ts";
import { installOperatorManifests } from "./installation.ts";

const folders = (...names: readonly string[]): readonly string[] => names.map((name) => join(import.meta.dirname, "..", name) + sep);

/** Tests in these folders share one control plane. */
const ON_CLUSTER = folders("cluster", "helm", "long", "release");
/** Those of them that find the operator's manifests in it; the others install in ways of their own. */
const INSTALLED_ON = folders("cluster", "long");
const NODE_TESTS = join(import.meta.dirname, "..", "node") + sep;
const EXPIRY_TESTS = join(import.meta.dirname, "..", "expiry") + sep;

/** The first start on a machine builds the servers, on two idle cores in about 15 minutes, on busy ones in three times that. */
const START_TIMEOUT = 60 * 60_000;

/** Names the folder of a control plane that runs already (`node hack/control-plane.ts up --dir`), to save its start. */
const ATTACH_VARIABLE = "SECURITYBASELINE_CONTROL_PLANE";

/** Names the folder of the run whose namespaces this process is in: hack/node/test.ts sets it. */
const NODE_VARIABLE = "SECURITYBASELINE_NODE";

// What a server answered is needed whole where it was not what a test expects.
config.truncateThreshold = 0;

let end: () => Promise<void> = async () => undefined;

export const mochaHooks: RootHookObject = {
  async beforeAll(this: Context) {
    this.timeout(START_TIMEOUT);
    if (runs(NODE_TESTS, this.test?.parent)) await openNode();
    if (ON_CLUSTER.some((folder) => runs(folder, this.test?.parent))) await openCluster();
    // Compiling the policies takes a busy API server longer than a hook of a test may last, and the first of them would be blamed.
    if (INSTALLED_ON.some((folder) => runs(folder, this.test?.parent))) await installOperatorManifests();
    // After the shared control plane, whose start may have to build the servers for both.
    if (runs(EXPIRY_TESTS, this.test?.parent)) void observeExpiry();
  },
  async afterAll() {
    await end();
  },
};

/** Its end is that of the namespaces in which this process runs. */
async function openNode(): Promise<void> {
  const root = process.env[NODE_VARIABLE];
  if (!root) throw new Error("tests on a node run in namespaces of their own: run them by `make test-node`");
  shareCluster(await startNode(root));
}

async function openCluster(): Promise<void> {
  const plane = await attached();
  if (plane) {
    shareCluster(plane);
  } else {
    const started = await startControlPlane({ progress });
    end = () => started.stop();
    shareCluster(started);
  }
  // After the control plane, whose build compiles most of it, and here, because a test has too little time for a build.
  await kstatusBinary(progress);
}

function progress(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** True if the run has tests of this folder. */
function runs(folder: string, suite: Suite | undefined): boolean {
  return suite?.suites.some(({ file }) => file?.startsWith(folder)) ?? false;
}

async function attached() {
  const dir = process.env[ATTACH_VARIABLE];
  if (!dir) return undefined;
  const plane = await attachControlPlane(dir);
  if (!plane) throw new Error(`${ATTACH_VARIABLE} names ${dir}, but no control plane runs there`);
  return plane;
}

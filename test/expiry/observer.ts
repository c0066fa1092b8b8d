/**
 * Observes a whole grant, in a process with a control plane of its own in which nothing of ours runs when the deadline comes. It prints what it saw
 * as one line of JSON.
 */
import { startControlPlane } from "../../hack/control-plane.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient } from "../support/api-client.ts";
import { protectedNamespace } from "../support/baselines.ts";
import { ask, awaitPhase, BREAK_GLASS_NAMESPACE, INCIDENT, identityOf, mint, objectsOf } from "../support/break-glass.ts";
import { admin, asServiceAccount, shareCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE, startOperator } from "../support/operator-process.ts";
import { person } from "../support/people.ts";
import { refusal } from "../support/refusal.ts";
import type { Observation } from "./observation.ts";

/** Seconds that the API server goes on accepting a token after its end (go-jose's leeway, and its own cache of tokens). */
const LEEWAY = 90;

async function observe(): Promise<Observation> {
  await installOperatorManifests();
  const operator = await startOperator();
  const alice = await person("alice", ["oncall"]);
  const namespace = await protectedNamespace("expiry", { breakGlass: { profiles: [INCIDENT] } });
  const request = await awaitPhase(await ask(alice, namespace, { bypass: true, duration: "11m" }), "Active");
  const identity = identityOf(request);
  const deadline = Date.parse(request.status?.deadline ?? "");
  const holder = await mint(alice.client, identity);
  const worksAtFirst = await mayRead(holder, namespace);
  await operator.stop("SIGKILL");
  const worksWithoutOperator = await mayRead(holder, namespace);

  await until(deadline);
  const mintAfterwards = await refusalText(alice.client.createToken(BREAK_GLASS_NAMESPACE, identity, 600));
  const mintByMasters = await refusalText(admin().createToken(BREAK_GLASS_NAMESPACE, identity, 600));
  const deadAt = await eventually("the token is dead", () => deathOf(holder, namespace), LEEWAY * 1000);
  return {
    worksAtFirst,
    worksWithoutOperator,
    mintAfterwards,
    mintByMasters,
    secondsUntilDead: Math.ceil((deadAt - deadline) / 1000),
    objectsLeft: await objectsOf(identity, namespace),
    madeAnew: await refusalText((await asServiceAccount(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT)).create(sibling(identity))),
  };
}

async function mayRead(client: ApiClient, namespace: string): Promise<boolean> {
  await client.list("v1", "Pod", { namespace });
  return true;
}

/** An identity of the same deadline and of another name, as the operator makes them. */
function sibling(identity: string): KubernetesObject {
  const name = identity.replace(/^bg-[a-z0-9]{10}/, "bg-sibling000");
  const metadata = { namespace: BREAK_GLASS_NAMESPACE, name, labels: { "securitybaseline.dev/break-glass": "grant" } };
  return { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false };
}

/** When the API server refused the token as such. Throws while it still takes it. */
async function deathOf(client: ApiClient, namespace: string): Promise<number> {
  const message = await refusalText(client.list("v1", "Pod", { namespace }));
  if (!message.includes(" 401 ")) throw new Error(message);
  return Date.now();
}

async function refusalText(attempt: Promise<unknown>): Promise<string> {
  return (await refusal(attempt)).message;
}

/** Waits for a time, in milliseconds since the epoch: the control plane runs on this machine's clock. */
async function until(time: number): Promise<void> {
  await eventually("the deadline has passed", () => Date.now() > time, time - Date.now() + 1000);
}

const plane = await startControlPlane();
try {
  shareCluster(plane);
  process.stdout.write(`${JSON.stringify(await observe())}\n`);
} finally {
  await plane.stop();
}
process.exit();

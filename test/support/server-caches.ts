/**
 * Waits until the API server itself has seen what was just written, for tests that act right afterwards. Its authorizer, its admission policies and
 * the objects that these judge by come from caches, each of which fills in the order of the writes: a marker that was written last and is seen
 * proves that everything before it is seen, removals too. Nothing is tried again on behalf of a test, so that what it is refused is refused for good.
 */
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ObjectRef } from "./api-client.ts";
import { admin } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import { hasMarkerRights, markerName, markerPolicy, markerRights, objectionOf } from "./marker-objects.ts";

/** Milliseconds: on a machine that has other things to do, a cache may be that late. */
const PATIENCE = 60_000;

/** Kinds that the installation's policies judge by. */
const JUDGED_BY: readonly string[] = ["SecurityBaseline", "ClusterSecurityBaseline"];

/** Waits until the authorizer knows every Role, ClusterRole and binding as it was written before this call. */
export async function authorizerCaughtUp(): Promise<void> {
  const name = markerName();
  const rights = markerRights(name);
  for (const object of rights) await admin().create(object);
  await eventually("the authorizer knows every right as it was written", () => hasMarkerRights(name), PATIENCE);
  await remove(rights);
}

/** Waits until the API server enforces every admission policy and binding as it was written before this call. */
export async function policiesCaughtUp(): Promise<void> {
  const name = markerName();
  const policy = markerPolicy(name, { expression: "false", message: `seen ${name}` });
  for (const object of policy) await admin().create(object);
  const isSeen = async (): Promise<boolean> => (await objectionOf(name, "default")).includes(`seen ${name}`);
  await eventually("the policies are in force as they were written", isSeen, PATIENCE);
  await remove(policy);
}

/** Waits until admission, of policies and of Pod Security alike, knows the Namespace of this name as it was written before this call. */
export async function admissionKnowsNamespace(namespace: string): Promise<void> {
  const { metadata } = await admin().get({ apiVersion: "v1", kind: "Namespace", name: namespace });
  const known = "dyn(namespaceObject).metadata";
  const isOlder = `${known}.uid != '${metadata?.uid}' || int(${known}.resourceVersion) < ${metadata?.resourceVersion}`;
  const name = markerName();
  const policy = markerPolicy(name, { expression: isOlder, message: `seen ${name}` });
  for (const object of policy) await admin().create(object);
  const isSeen = async (): Promise<boolean> => (await objectionOf(name, namespace)).includes(`seen ${name}`);
  await eventually(`admission knows Namespace ${namespace} as it is`, isSeen, PATIENCE);
  await remove(policy);
}

/**
 * Waits until the policies judge by the present state of an object that they take for a parameter: a baseline. One that is not there (any more) is
 * unknown to them afterwards.
 */
export async function policiesKnow(ref: ObjectRef): Promise<void> {
  if (!JUDGED_BY.includes(ref.kind)) throw new Error(`no policy judges by a ${ref.kind}`);
  witnesses ??= installWitnesses();
  await witnesses;
  const current = await admin().find(ref);
  const probe = async (): Promise<void> => {
    const told = await objectionOf(witnessOf(ref.kind), ref.namespace ?? "default", { name: ref.name });
    if (!tellsOf(current, told)) throw new Error(told || "nothing is known");
  };
  await eventually(`the policies know ${ref.kind} ${ref.name} as it is`, probe, PATIENCE);
}

let witnesses: Promise<void> | undefined;

/** Policies that tell which state of an object the policies of its kind judge by: the API server keeps one cache for all that judge by a kind. */
async function installWitnesses(): Promise<void> {
  for (const kind of JUDGED_BY) {
    const objection = {
      expression: "params.metadata.name != object.data.name",
      messageExpression: "'state ' + params.metadata.uid + ' ' + params.metadata.resourceVersion",
    };
    const policy = markerPolicy(witnessOf(kind), objection, { apiVersion: "securitybaseline.dev/v1alpha1", kind });
    for (const object of policy) await admin().apply(object, { force: true });
  }
  await policiesCaughtUp();
}

function witnessOf(kind: string): string {
  return `witness-${kind.toLowerCase()}`;
}

/** Whether a witness tells of this state of an object or of a later one; of an absent object it tells nothing. */
function tellsOf(current: KubernetesObject | undefined, told: string): boolean {
  const [, uid, version = "0"] = /state (\S+) (\d+)/.exec(told) ?? [];
  if (current === undefined) return uid === undefined && (told === "" || told.includes("no params found"));
  return uid === current.metadata?.uid && BigInt(version) >= BigInt(current.metadata?.resourceVersion ?? "0");
}

async function remove(objects: readonly KubernetesObject[]): Promise<void> {
  for (const { apiVersion = "", kind = "", metadata: { namespace, name = "" } = {} } of objects.toReversed()) {
    await admin().delete({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });
  }
}

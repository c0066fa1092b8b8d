/** Proves invariant 8: one request makes one grant, whenever the operator dies and however many of them there are. */
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../../operator/api/break-glass-request.ts";
import { chainName } from "../../../../operator/breakglass/chain.ts";
import { verifyLedger } from "../../../../operator/breakglass/verify.ts";
import type { Finding } from "../../../../operator/breakglass/verify-findings.ts";
import { protectedNamespace } from "../../../support/baselines.ts";
import {
  ask,
  awaitPhase,
  BREAK_GLASS_NAMESPACE,
  decideOn,
  entriesAbout,
  INCIDENT,
  identityOf,
  ledger,
  objectsOf,
  readRequest,
} from "../../../support/break-glass.ts";
import { admin } from "../../../support/cluster.ts";
import { installOperatorManifests } from "../../../support/installation.ts";
import { type OperatorProcess, operatorKubeconfig, startOperator } from "../../../support/operator-process.ts";
import { type Person, person } from "../../../support/people.ts";
import { type CarriedOut, startSeveringProxy } from "../../../support/severing-proxy.ts";

/** More writes than issuing or revoking takes: a loop that does not come to its end fails instead of going on for ever. */
const MOST_LIVES = 30;

const ISSUED = ["Requested", "Approved", "Issuing", "Active"];
const OBJECTS = (namespace: string): string[] => [
  `ServiceAccount ${BREAK_GLASS_NAMESPACE}`,
  `RoleBinding ${namespace}`,
  `Role ${BREAK_GLASS_NAMESPACE}`,
  `RoleBinding ${BREAK_GLASS_NAMESPACE}`,
];

describe("invariant 8: one request makes one grant", () => {
  let alice: Person;
  let lena: Person;

  before(async () => {
    await installOperatorManifests();
    alice = await person("alice", ["oncall"]);
    lena = await person("lena", ["leads"]);
  });

  async function incidentNamespace(): Promise<string> {
    const operator = await startOperator();
    const namespace = await protectedNamespace("crash", { breakGlass: { profiles: [INCIDENT] } });
    await operator.stop();
    return namespace;
  }

  const typesAbout = async (request: BreakGlassRequest): Promise<string[]> => (await entriesAbout(request)).map(({ type }) => type);

  it("killed after each single write of issuing and of revoking", async function () {
    this.timeout(180_000);
    const namespace = await incidentNamespace();
    const rights = await rightsIn(namespace);
    const request = await ask(alice, namespace, { bypass: true, duration: "11m" });
    const issuing = await liveUntil(async () => (await readRequest(request)).status?.phase === "Active");
    expect(issuing.map(wordOf)).to.deep.equal([
      "POST breakglassauditentries",
      "PATCH breakglassrequests",
      "POST breakglassauditentries",
      "PATCH breakglassrequests",
      "POST breakglassauditentries",
      "PATCH breakglassrequests",
      "POST serviceaccounts",
      "POST rolebindings",
      "POST roles",
      "POST rolebindings",
      "POST breakglassauditentries",
      "PATCH breakglassrequests",
    ]);
    const active = await readRequest(request);
    const identity = identityOf(active);
    expect(await typesAbout(request)).to.deep.equal(ISSUED);
    expect(await objectsOf(identity, namespace)).to.deep.equal(OBJECTS(namespace));
    expect(await grantsIn(namespace)).to.deep.equal([identity]);

    // A life that ends early must not have begun by taking away what it does not know yet.
    expect(await rightsIn(namespace), "what people may do, after so many lives").to.deep.equal(rights);
    await decideOn(lena, active, "Revoke");
    const revoking = await liveUntil(async () => (await readRequest(request)).status?.phase === "Revoked");
    expect(revoking.map(wordOf)).to.deep.equal([
      "DELETE rolebindings",
      "DELETE serviceaccounts",
      "DELETE rolebindings",
      "DELETE roles",
      // Lists the decision.
      "PATCH breakglassrequests",
      "POST breakglassauditentries",
      "PATCH breakglassrequests",
    ]);
    expect(await typesAbout(request)).to.deep.equal([...ISSUED, "Revoked"]);
    expect(await objectsOf(identity, namespace)).to.deep.equal([]);
    expect(await findings()).to.deep.equal([]);
  });

  it("two operators that both believe to lead", async function () {
    this.timeout(60_000);
    const namespace = await incidentNamespace();
    const operators = await Promise.all([startOperator(), startOperator()]);
    try {
      const requests = await Promise.all(Array.from({ length: 5 }, () => ask(alice, namespace, { bypass: true, duration: "11m" })));
      const active = await Promise.all(requests.map((request) => awaitPhase(request, "Active", 30_000)));
      const identities = active.map(identityOf);
      expect(await grantsIn(namespace)).to.have.members(identities);
      for (const request of requests) expect(await typesAbout(request)).to.deep.equal(ISSUED);
      for (const request of active) await decideOn(lena, request, "Revoke");
      for (const request of active) await awaitPhase(request, "Revoked", 30_000);
      expect(await grantsIn(namespace)).to.deep.equal([]);
      expect(await findings()).to.deep.equal([]);
    } finally {
      await Promise.all(operators.map((operator) => operator.stop()));
    }
  });
});

/**
 * Starts the operator again and again, kills it right after each write for emergency access before it learns of the answer, and stops
 * once `done`. Answers these writes, one per life.
 */
async function liveUntil(done: () => Promise<boolean>): Promise<CarriedOut[]> {
  const writes: CarriedOut[] = [];
  while (!(await done())) {
    if (writes.length >= MOST_LIVES) throw new Error(`not done after ${writes.map(wordOf).join(", ")}`);
    writes.push(await oneLife());
  }
  return writes;
}

async function oneLife(): Promise<CarriedOut> {
  const deed = Promise.withResolvers<CarriedOut>();
  let operator: OperatorProcess | undefined;
  const proxy = await startSeveringProxy((write) => {
    if (!/securitybaseline-breakglass|breakglass(requests|auditentries)|[/]bg-/.test(write.path)) return true;
    deed.resolve(write);
    return false;
  });
  try {
    operator = await startOperator({ kubeconfig: await operatorKubeconfig(proxy), awaitReady: false });
    return await Promise.race([deed.promise, endOf(operator)]);
  } finally {
    await operator?.stop("SIGKILL");
    await proxy.close();
  }
}

/** Throws once the process has ended. */
async function endOf(operator: OperatorProcess): Promise<never> {
  throw new Error(`the operator ended: ${await operator.exit}\n${operator.logs()}`);
}

/** `POST roles`: what was done to which kind. */
function wordOf({ method, path }: CarriedOut): string {
  const resource = /\/(breakglassauditentries|breakglassrequests|serviceaccounts|rolebindings|clusterrolebindings|roles)(?=[/?]|$)/.exec(
    path,
  )?.[1];
  return `${method} ${resource}`;
}

/** What is wrong with the chain that the operator writes; other tests may have left another one. */
async function findings(): Promise<readonly Finding[]> {
  const { metadata = {} } = await admin().get({ apiVersion: "v1", kind: "Namespace", name: BREAK_GLASS_NAMESPACE });
  const chain = (await ledger()).filter(({ spec }) => spec.chain === chainName(metadata.uid ?? ""));
  return verifyLedger(
    chain.map(({ metadata: { name }, spec }) => ({ name, spec })),
    [],
  );
}

/** Names and uids of the Roles and RoleBindings by which people ask and decide in a namespace. */
async function rightsIn(namespace: string): Promise<string[]> {
  const kinds = ["Role", "RoleBinding"].map((kind) => admin().list("rbac.authorization.k8s.io/v1", kind, { namespace }));
  const objects = (await Promise.all(kinds)).flat().map(({ metadata }) => `${metadata?.name} ${metadata?.uid}`);
  return objects.filter((object) => object.startsWith("break-glass-"));
}

/** Names of the grants' bindings in a namespace. */
async function grantsIn(namespace: string): Promise<string[]> {
  const bindings = await admin().list("rbac.authorization.k8s.io/v1", "RoleBinding", {
    namespace,
    labelSelector: "securitybaseline.dev/break-glass=grant",
  });
  return bindings.map(({ metadata }) => metadata?.name ?? "");
}

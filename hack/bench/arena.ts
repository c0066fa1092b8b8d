/** Sets up what the measurements run on: a control plane with the manifests, an account for the bare client, and the witnesses. */
import { admin, cluster, freshNamespace, shareCluster } from "../../test/support/cluster.ts";
import {
  OPERATOR_ACCOUNT,
  OPERATOR_NAMESPACE,
  type OperatorProcess,
  operatorKubeconfig,
  startOperator,
} from "../../test/support/operator-process.ts";
import { operatorClient } from "../../test/support/operator-token.ts";
import { startControlPlane } from "../control-plane.ts";
import { inParallel } from "./parallel.ts";
import { type RawAccess, RawClient } from "./raw-client.ts";
import { Witness } from "./witness.ts";

/** Requests that are under way at the same time, of the bare client and of whoever sets things up. */
export const IN_FLIGHT = 16;

const ACCOUNT = "rawwriter";
const RBAC = "rbac.authorization.k8s.io";

const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment" } as const;

/** What is read of a Deployment. */
interface Deployment {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { readonly env?: readonly EnvVar[] }[] } } };
}

interface EnvVar {
  readonly name: string;
  readonly value: string;
}

export interface Arena {
  /** The administrator, who disturbs and sets up. */
  readonly admin: RawClient;
  /** The bare client, with a ServiceAccount that may do everything. */
  readonly account: RawClient;
  /** The access of `account`, for another process. */
  readonly access: RawAccess;
  /** Watches all NetworkPolicies. */
  readonly policies: Witness;
  /** Watches all baselines. */
  readonly baselines: Witness;
  readonly kubernetes: string;
  /** Starts the operator and does not wait until it is ready; `nodeOptions` are added to those of its Deployment. */
  startOperator(nodeOptions?: readonly string[]): Promise<OperatorProcess>;
  close(): Promise<void>;
}

/** Starts the control plane, as in production unless etcd need not wait for the disk (`fsync: false`), and installs the operator's manifests. */
export async function openArena({ fsync = true } = {}): Promise<Arena> {
  const plane = await startControlPlane({ fsync, progress: console.log });
  shareCluster(plane);
  // The policies that confine the operator cost time in each of its writes: nothing is measured before they are in force.
  await operatorClient();
  const { server, ca } = plane;
  const access = { server, ca, token: await mightyToken() };
  const clients = [new RawClient({ server, ca, ...plane.admin }, IN_FLIGHT), new RawClient(access, IN_FLIGHT)] as const;
  const [administrator, account] = clients;
  const policies = await Witness.follow(administrator, "/apis/networking.k8s.io/v1/networkpolicies");
  const baselines = await Witness.follow(administrator, "/apis/securitybaseline.dev/v1alpha1/securitybaselines");
  const { gitVersion } = await administrator.get<{ gitVersion: string }>("/version");
  const kubeconfig = await operatorKubeconfig();
  const env = await deployedEnvironment();
  return {
    admin: administrator,
    account,
    access,
    policies,
    baselines,
    kubernetes: gitVersion,
    startOperator: (nodeOptions = []) => {
      const options = [env["NODE_OPTIONS"], ...nodeOptions].join(" ");
      return startOperator({ kubeconfig, env: { ...env, NODE_OPTIONS: options }, awaitReady: false });
    },
    close: async () => {
      for (const witness of [policies, baselines]) witness.close();
      await Promise.all(clients.map((client) => client.close()));
      await cluster().stop();
    },
  };
}

/** A token of an account that may do everything: nobody but the operator's is measured with the operator's rights. */
async function mightyToken(): Promise<string> {
  const namespace = await freshNamespace("bench-account");
  await admin().create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name: ACCOUNT } });
  await admin().create({
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: ACCOUNT },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", namespace, name: ACCOUNT }],
  });
  return admin().createToken(namespace, ACCOUNT);
}

/** Settings of the runtime as the Deployment has them, so that what is measured is what is installed. */
async function deployedEnvironment(): Promise<Record<string, string>> {
  const deployment = await admin().get<Deployment>({ ...DEPLOYMENT, namespace: OPERATOR_NAMESPACE, name: OPERATOR_ACCOUNT });
  return Object.fromEntries(
    deployment.spec.template.spec.containers.flatMap(({ env = [] }) => env.map(({ name, value }) => [name, value])),
  );
}

/** Makes so many namespaces and answers their names. */
export async function freshNamespaces(prefix: string, count: number): Promise<string[]> {
  const names: string[] = [];
  const numbers = Array.from({ length: count }, (_, index) => index);
  await inParallel(IN_FLIGHT, numbers, async () => names.push(await freshNamespace(prefix)));
  return names;
}

/** Lists the flows that are tried under the sample baselines, with the answer that each gets, for the test on a node and for the table in docs/node.md. */
import { OUTSIDE_ADDRESS } from "../../../hack/node/settings.ts";
import type { Answer } from "./flow.ts";
import { DATABASE, NEIGHBOUR, type Team } from "./team.ts";

/** The address that Service `kubernetes` has. */
const KUBERNETES = "10.96.0.1";

/** Who is tried: pods of the samples, and of namespaces beside them. */
export type Member = keyof Team;

/** One try. */
export interface Flow {
  /** Of the team, or `outside`. */
  readonly from: Member | "outside";
  /** A pod, or an address. */
  readonly to: Member | `${number}.${number}.${number}.${number}`;
  readonly port: number;
  readonly answer: Answer;
  /** What in the sample says so. */
  readonly reason: string;
}

/** What the samples `team-alpha` and `minimal` let through and what not; docs/node.md has the same table. */
export const FLOWS: readonly Flow[] = [
  { from: "gateway", to: "api", port: 8080, answer: "open", reason: "from-gateway names namespace, pods and port" },
  { from: "gateway", to: "api", port: 9090, answer: "silent", reason: "from-gateway names another port" },
  { from: "gateway", to: "controller", port: 8080, answer: "silent", reason: "from-gateway is for pods with app: api" },
  { from: "beside", to: "api", port: 8080, answer: "silent", reason: "of the gateway's namespace, without its label" },
  { from: "impostor", to: "api", port: 8080, answer: "silent", reason: "has the gateway's label in another namespace: a peer is both" },
  { from: "other", to: "api", port: 8080, answer: "silent", reason: "default-deny holds among the team's own pods, too" },
  { from: "outside", to: "api", port: 8080, answer: "silent", reason: "no flow names anything outside" },
  { from: "outside", to: "other", port: 8080, answer: "silent", reason: "no flow names this pod" },
  { from: "api", to: DATABASE, port: 5432, answer: "open", reason: "to-database names 10.20.0.0/24 and the port" },
  { from: "api", to: DATABASE, port: 5433, answer: "silent", reason: "to-database names another port" },
  { from: "api", to: NEIGHBOUR, port: 5432, answer: "silent", reason: "beyond 10.20.0.0/24" },
  { from: "other", to: DATABASE, port: 5432, answer: "silent", reason: "to-database is for pods with app: api" },
  { from: "controller", to: DATABASE, port: 5432, answer: "silent", reason: "to-database is for pods with app: api" },
  { from: "controller", to: KUBERNETES, port: 443, answer: "open", reason: "preset KubeAPI, by the Service's address" },
  { from: "controller", to: OUTSIDE_ADDRESS, port: 6443, answer: "open", reason: "preset KubeAPI, by the endpoint's address" },
  { from: "controller", to: OUTSIDE_ADDRESS, port: 5432, answer: "silent", reason: "preset KubeAPI opens the API server's port alone" },
  { from: "api", to: KUBERNETES, port: 443, answer: "silent", reason: "to-apiserver is for pods with app: controller" },
  { from: "other", to: "dns", port: 53, answer: "open", reason: "allowDNS is for all pods, also by TCP" },
  { from: "other", to: "dns", port: 8080, answer: "silent", reason: "allowDNS opens port 53 alone" },
  { from: "other", to: "notDns", port: 53, answer: "silent", reason: "allowDNS names the pods of DNS" },
  { from: "other", to: "impostor", port: 8080, answer: "silent", reason: "no flow leads to other namespaces" },
  { from: "outside", to: "impostor", port: 8080, answer: "open", reason: "sample minimal has no section network" },
  { from: "impostor", to: NEIGHBOUR, port: 5432, answer: "open", reason: "sample minimal has no section network" },
];

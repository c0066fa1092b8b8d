/** Brings the sample namespaces to life for tests of traffic: pods with the labels that config/samples speaks of, strangers, DNS, and hosts outside. */
import { join } from "node:path";
import { addOutsideAddress } from "../../../hack/node/network.ts";
import { DNS_ADDRESS, OUTSIDE_ADDRESS } from "../../../hack/node/settings.ts";
import { awaitReady } from "../../support/baselines.ts";
import { admin } from "../../support/cluster.ts";
import { kubectl } from "../../support/kubectl.ts";
import { listenOutside } from "./flow.ts";
import { installOperator } from "./operator.ts";
import { IDLE, type PodPlace, serving, startPod } from "./workload.ts";

const SAMPLES = join(import.meta.dirname, "..", "..", "..", "config", "samples");

/** Inside the addresses that the sample's database may have, and outside of them. */
export const DATABASE = "10.20.0.5";
export const NEIGHBOUR = "10.20.1.5";
/** What the DNS server here answers for. */
export const DATABASE_NAME = "database.example.com";

/** Answers any question for an IPv4 address with that of the database, by UDP and TCP. RFC 1035. */
const DNS_SERVER = `
const answer = (query) => {
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const isAddress = question.readUInt16BE(question.length - 4) === 1;
  const header = Buffer.from([query[0], query[1], 0x85, 0x80, 0, 1, 0, isAddress ? 1 : 0, 0, 0, 0, 0]);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ${DATABASE.replaceAll(".", ", ")}]);
  return Buffer.concat([header, question, ...(isAddress ? [record] : [])]);
};
const udp = require("node:dgram").createSocket("udp4");
udp.on("message", (query, { port, address }) => udp.send(answer(query), port, address));
udp.bind(53);
require("node:net").createServer((socket) => socket.on("error", () => {}).on("data", (data) => {
  const reply = answer(data.subarray(2));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(reply.length);
  socket.end(Buffer.concat([length, reply]));
})).listen(53);
${serving(8080)}`;

export interface Team {
  readonly api: PodPlace;
  readonly controller: PodPlace;
  /** A pod of the team that no flow names. */
  readonly other: PodPlace;
  readonly gateway: PodPlace;
  /** Another pod in the gateway's namespace. */
  readonly beside: PodPlace;
  /** A pod with the gateway's labels in another namespace, which the minimal sample governs. */
  readonly impostor: PodPlace;
  readonly dns: PodPlace;
  /** A pod beside the DNS server that listens on its port, too. */
  readonly notDns: PodPlace;
}

let team: Promise<Team> | undefined;

/** Makes all of it once. */
export function sampleTeam(): Promise<Team> {
  team ??= build();
  return team;
}

async function build(): Promise<Team> {
  await installOperator();
  for (const sample of ["team-alpha", "minimal"]) await kubectl(["apply", "--server-side", "-f", join(SAMPLES, `${sample}.yaml`)]);
  await admin().create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "ingress-nginx" } });
  await Promise.all(["team-alpha", "minimal"].map(awaitReady));
  await Promise.all([DATABASE, NEIGHBOUR].map(addOutsideAddress));
  await listenOutside(DATABASE, [5432, 5433]);
  await listenOutside(NEIGHBOUR, [5432]);
  await listenOutside(OUTSIDE_ADDRESS, [5432]);
  return startPods();
}

async function startPods(): Promise<Team> {
  const gateway = { "app.kubernetes.io/name": "ingress-nginx" };
  const port53 = { securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }], runAsUser: 65532 } };
  const dns = await startPod("kube-system", "dns", DNS_SERVER, { labels: { "k8s-app": "kube-dns" }, spec: port53 });
  await exposeDns();
  return {
    dns,
    notDns: await startPod("kube-system", "not-dns", serving(53), { spec: port53 }),
    api: await startPod("team-alpha", "api", serving(8080, 9090), { labels: { app: "api" }, probed: 8080 }),
    controller: await startPod("team-alpha", "controller", serving(8080), { labels: { app: "controller" } }),
    other: await startPod("team-alpha", "other", serving(8080)),
    gateway: await startPod("ingress-nginx", "gateway", IDLE, { labels: gateway }),
    beside: await startPod("ingress-nginx", "beside", IDLE),
    impostor: await startPod("minimal", "impostor", serving(8080), { labels: gateway }),
  };
}

function exposeDns(): Promise<unknown> {
  const ports = ["UDP", "TCP"].map((protocol) => ({ name: protocol.toLowerCase(), port: 53, protocol }));
  const spec = { clusterIP: DNS_ADDRESS, selector: { "k8s-app": "kube-dns" }, ports };
  return admin().create({ apiVersion: "v1", kind: "Service", metadata: { namespace: "kube-system", name: "kube-dns" }, spec });
}

/** Proves on real traffic what the sample baselines let through: each kind of flow is tried from inside and outside, what is allowed and what is denied. */
import { expect } from "chai";
import { OUTSIDE_ADDRESS } from "../../hack/node/settings.ts";
import { kubectl } from "../support/kubectl.ts";
import { type Answer, tryFrom, tryFromOutside } from "./support/flow.ts";
import { DATABASE, DATABASE_NAME, NEIGHBOUR, sampleTeam, type Team } from "./support/team.ts";
import { runIn } from "./support/workload.ts";

/** Milliseconds: operator and pods are started first. */
const START = 600_000;

/** The address that Service `kubernetes` has. */
const KUBERNETES = "10.96.0.1";

type Member = keyof Team;

interface Flow {
  /** Of the team, or `outside`. */
  readonly from: Member | "outside";
  /** A pod, or an address. */
  readonly to: Member | `${number}.${number}.${number}.${number}`;
  readonly port: number;
  readonly answer: Answer;
  /** What in the sample says so. */
  readonly reason: string;
}

const FLOWS: readonly Flow[] = [
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

describe("traffic under the sample baselines", function () {
  this.timeout(START);
  let team: Team;

  const addressOf = (to: Flow["to"]): string => (to in team ? team[to as Member].ip : to);
  const lookUp = (from: Member): Promise<string> =>
    runIn(
      team[from],
      `require("node:dns").lookup("${DATABASE_NAME}", (error, address) => process.stdout.write(error ? error.code : address));`,
    );

  before(async () => {
    team = await sampleTeam();
  });

  for (const { from, to, port, answer, reason } of FLOWS) {
    it(`${from} to ${to} at ${port}: ${answer}, because ${reason}`, async () => {
      const tried = from === "outside" ? tryFromOutside(addressOf(to), port) : tryFrom(team[from], addressOf(to), port);
      expect(await tried).to.equal(answer);
    });
  }

  it("names are found where DNS is allowed, through the Service and by UDP", async () => {
    expect(await lookUp("other")).to.equal(DATABASE);
  });

  it("probes of the kubelet arrive at a pod that default-deny holds for", async () => {
    const { namespace, name } = team.api;
    // Without an answer for three seconds it would not be Ready any more.
    await kubectl(["wait", "--for=condition=Ready", "-n", namespace, `pod/${name}`, "--timeout=1s"]);
  });
});

/** Proves on real traffic what the sample baselines let through: each kind of flow is tried from inside and outside, what is allowed and what is denied. */
import { expect } from "chai";
import { kubectl } from "../support/kubectl.ts";
import { tryFrom, tryFromOutside } from "./support/flow.ts";
import { FLOWS, type Flow, type Member } from "./support/flows.ts";
import { DATABASE, DATABASE_NAME, sampleTeam, type Team } from "./support/team.ts";
import { runIn } from "./support/workload.ts";

/** Milliseconds: operator and pods are started first. */
const START = 600_000;

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

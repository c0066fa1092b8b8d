/** Measures on real traffic how long a namespace is open when somebody opens it by hand, and proves that it is closed again. */
import { expect } from "chai";
import { admin } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { kubectl } from "../support/kubectl.ts";
import { tryFromOutside } from "./support/flow.ts";
import { sampleTeam, type Team } from "./support/team.ts";

/** Milliseconds: operator and pods are started first. */
const START = 600_000;
/** Milliseconds between two tries, and how long each may take: in the window an answer takes less than one. */
const INTERVAL = 2;
const PATIENCE = 50;
/** Milliseconds without an open try after which a namespace counts as closed. */
const QUIET = 1_500;
/** Each act is done so often. */
const TIMES = 5;
const PORT = 9090;

describe("a namespace that is opened by hand", function () {
  this.timeout(START);
  let team: Team;

  before(async () => {
    team = await sampleTeam();
    expect(await tryFromOutside(team.api.ip, PORT)).to.equal("silent");
  });

  /** Milliseconds for which traffic came through each time, shortest first. */
  const windowsOf = async (act: () => Promise<unknown>): Promise<readonly number[]> => {
    const windows: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const watch = watchFlow(team.api.ip);
      await act();
      await eventually("traffic came through, and no more", watch.isOver);
      windows.push(watch.end());
      expect(await tryFromOutside(team.api.ip, PORT)).to.equal("silent");
    }
    return windows.sort((one, other) => one - other);
  };

  it("is closed again after default-deny was changed", async () => {
    const ref = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: "team-alpha", name: "default-deny" };
    const open = await windowsOf(() => admin().mergePatch(ref, { spec: { ingress: [{}] } }, { manager: "kubectl-edit" }));
    process.stdout.write(`    default-deny changed by hand: open for ${open.join(", ")} ms\n`);
  });

  it("is closed again after all its policies were deleted", async () => {
    const open = await windowsOf(() => kubectl(["delete", "networkpolicies", "--all", "-n", "team-alpha"]));
    process.stdout.write(`    all policies deleted: open for ${open.join(", ")} ms\n`);
  });
});

/** Tries a flow all the time and remembers when tries came through. */
function watchFlow(address: string) {
  const open: number[] = [];
  const timer = setInterval(() => {
    void tryFromOutside(address, PORT, PATIENCE).then((answer) => answer === "open" && open.push(performance.now()));
  }, INTERVAL);
  return {
    isOver: (): boolean => open.length > 0 && performance.now() - Math.max(...open) > QUIET,
    end: (): number => {
      clearInterval(timer);
      return Math.round(Math.max(...open) - Math.min(...open));
    },
  };
}

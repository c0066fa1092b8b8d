/** Proves that an object is called in place only where the status says so. */
import { expect } from "chai";
import { type Evidence, type ObjectState, stateOf } from "../../../../operator/cli/status/object-state.ts";
import { role } from "../../../../operator/kinds/role.ts";

const OBJECT = { kind: role, name: "viewer" };
const HAD = new Set(["roles.rbac.authorization.k8s.io viewer"]);
const open = (apiVersion: string) => ({
  control: "access",
  ref: { apiVersion, kind: "Role", name: "viewer" },
  type: "Conflict" as const,
  firstSeen: "",
  lastSeen: "",
  count: 1,
  state: "Open" as const,
});
const RBAC = "rbac.authorization.k8s.io/v1";

const EVIDENCE: Evidence = {
  section: { mode: "Enforce", managed: 2, inSync: 1 },
  look: "Fresh",
  drift: [],
  isDriftWhole: true,
  inPlace: new Set(),
};

const ALL_IN_SYNC = { mode: "Report", managed: 2, inSync: 2 } as const;

describe("the state of an object", () => {
  const cases: readonly { reason: string; evidence: Partial<Evidence>; state: ObjectState }[] = [
    { reason: "a write that never got through", evidence: {}, state: "NotInPlace" },
    { reason: "it was in place, and differs in nothing", evidence: { inPlace: HAD }, state: "InPlace" },
    { reason: "it was in place, but not every difference is listed", evidence: { inPlace: HAD, isDriftWhole: false }, state: "NotKnown" },
    { reason: "a difference comes before what was", evidence: { inPlace: HAD, drift: [open(RBAC)] }, state: "Conflict" },
    {
      reason: "a difference of another version of the kind",
      evidence: { drift: [open("rbac.authorization.k8s.io/v2")] },
      state: "Conflict",
    },
    { reason: "a difference of a kind of another group", evidence: { inPlace: HAD, drift: [open("example.com/v1")] }, state: "InPlace" },
    {
      reason: "a difference that was put right",
      evidence: { inPlace: HAD, drift: [{ ...open(RBAC), state: "Repaired" }] },
      state: "InPlace",
    },
    { reason: "all of the section is in place", evidence: { section: ALL_IN_SYNC }, state: "InPlace" },
    { reason: "all was in place before an edit", evidence: { section: ALL_IN_SYNC, look: "Stale" }, state: "NotKnown" },
    {
      reason: "a section that reports lists what differs, and this is not listed",
      evidence: { section: { mode: "Report", managed: 2, inSync: 1 } },
      state: "InPlace",
    },
    {
      reason: "a section that reports more than the list holds",
      evidence: { section: { mode: "Report", managed: 2, inSync: 1 }, isDriftWhole: false },
      state: "NotKnown",
    },
    { reason: "nobody looked, whatever else is written there", evidence: { look: "Unseen", inPlace: HAD }, state: "NotKnown" },
  ];
  for (const { reason, evidence, state } of cases) {
    it(`is ${state}: ${reason}`, () => expect(stateOf(OBJECT, { ...EVIDENCE, ...evidence })).to.equal(state));
  }
});

/** Proves what holds for every plan, whatever is wanted and whatever was done to the cluster. */
import { expect } from "chai";
import fc from "fast-check";
import type { PlanInput } from "../../../operator/plan/input.ts";
import type { Inventory } from "../../../operator/plan/inventory.ts";
import { objectKey } from "../../../operator/plan/object-key.ts";
import { planBaseline } from "../../../operator/plan/plan.ts";
import type { Action, Live } from "../../../operator/plan/types.ts";
import { type Played, play, scene } from "./scenes.ts";

const RUNS = { numRuns: 500 };
const GRANTS = new Set(["roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"]);
/** What comes when all else is in place, and goes first. */
const LAST = "namespaces/admission";

function always(property: (played: Played) => void): void {
  fc.assert(
    fc.property(scene, (drawn) => property(play(drawn))),
    RUNS,
  );
}

function keyOf(action: Action): string {
  const { kind, name } = action.verb === "apply" ? action.desired : action.live;
  return objectKey(kind, name);
}

const isApply = ({ verb }: Action): boolean => verb === "apply" || verb === "replace";
const told = (actions: readonly Action[]): string[] => actions.map((action) => `${action.verb} ${keyOf(action)}`);

describe("every plan", () => {
  it("leaves nothing to do once it was carried out", () => {
    always(({ cluster, plan }) => {
      cluster.run(plan());
      expect(told(plan().batches.flat())).to.deep.equal([]);
    });
  });

  it("puts everything that is enforced in place, but for conflicts, bindings of a Role in conflict, shared objects that do not exist, and what ends", () => {
    always(({ cluster, wants, plan }) => {
      cluster.run(plan());
      const enforced = plan().sections.filter(({ mode }) => mode === "Enforce");
      const told = enforced.flatMap(({ drift }) => drift);
      const conflicts = new Set(told.filter(({ type }) => type === "Conflict").map(({ ref }) => `${ref.kind}/${ref.name}`));
      const waits = (kind: string, name: string): boolean => kind === "RoleBinding" && conflicts.has(`Role/${name}`);
      const ends = (kind: string, name: string): boolean => enforced.some(({ ending }) => ending.includes(`${kind} ${name}`));
      const open = told.filter(
        ({ type, ref }) => (type === "Modified" || type === "Missing") && !waits(ref.kind, ref.name) && !ends(ref.kind, ref.name),
      );
      expect(open).to.deep.equal([]);
      for (const { control, managed, inSync, drift } of enforced) {
        const desired = wants.sections.find((section) => section.control === control)?.desired ?? [];
        const absent = desired.filter(({ kind, name }) => !cluster.objects.has(`${kind.kind}/${name}`));
        expect(absent.filter(({ shared, kind, name }) => !shared && !waits(kind.kind, name))).to.deep.equal([]);
        const differing = new Set(drift.filter(({ type }) => type !== "Unmanaged").map(({ ref }) => `${ref.kind}/${ref.name}`));
        const undone = desired.filter(
          ({ kind, name }) => absent.some((one) => one.kind === kind && one.name === name) || differing.has(`${kind.kind}/${name}`),
        );
        // A binding that waits may stand there as an earlier baseline wanted it: not in place, and nobody's drift.
        const waiting = desired.filter((one) => (waits(one.kind.kind, one.name) || ends(one.kind.kind, one.name)) && !undone.includes(one));
        expect(managed - inSync).to.be.within(undone.length, undone.length + waiting.length);
      }
    });
  });

  it("says the same again after it was noted what is in place", () => {
    always(({ cluster, plan }) => {
      const first = plan();
      cluster.run({ ...first, batches: [] });
      const second = plan();
      expect(second.sections).to.deep.equal(first.sections);
      expect(told(second.batches.flat())).to.deep.equal(told(first.batches.flat()));
      expect(second.settled).to.deep.equal([]);
    });
  });

  it("does not depend on the order in which sections and objects come", () => {
    always(({ cluster, wants }) => {
      const live = cluster.live();
      const reversed = {
        ...wants,
        sections: wants.sections.map((one) => ({ ...one, desired: one.desired.toReversed() })).toReversed(),
        retired: wants.retired.toReversed(),
        live: live.toReversed(),
      };
      expect(planBaseline(reversed)).to.deep.equal(planBaseline({ ...wants, live }));
    });
  });

  it("touches no object that others made, unless it is shared or may be adopted", () => {
    always(({ cluster, wants, plan }) => {
      const foreign = cluster.live().filter(({ control, managed }) => control === undefined && !managed);
      const untouchable = new Set(foreign.filter((live) => !mayBeTaken(live, wants)).map(({ kind, name }) => objectKey(kind, name)));
      expect(
        plan()
          .batches.flat()
          .map(keyOf)
          .filter((key) => untouchable.has(key)),
      ).to.deep.equal([]);
    });
  });

  it("deletes only what carries both our marks, releases only what we applied, and replaces only what is or was ours", () => {
    const allowed: Readonly<Record<string, (live: Live, inventory: Inventory) => boolean>> = {
      delete: ({ control, managed }) => control !== undefined && managed,
      release: ({ managed }) => managed,
      retain: ({ managed }) => managed,
      replace: (live, inventory) => live.control !== undefined || live.managed || inventory.had(live.kind, live.name, live),
    };
    always(({ wants, plan }) => {
      const actions = plan().batches.flat();
      const wrong = actions.filter((action) => action.verb !== "apply" && allowed[action.verb]?.(action.live, wants.inventory) !== true);
      expect(told(wrong)).to.deep.equal([]);
    });
  });

  it("writes and deletes nothing of a blocked section", () => {
    always(({ wants, plan }) => {
      const blocked = new Set(wants.blocked.map(({ control }) => control as string));
      const wrong = plan()
        .batches.flat()
        .filter((action) => isOf(action, blocked) || wants.withheld.some((one) => objectKey(one.kind, one.name) === keyOf(action)));
      expect(told(wrong)).to.deep.equal([]);
    });
  });

  it("applies to exactly the object that was looked at", () => {
    always(({ cluster, plan }) => {
      const uids = new Map(cluster.live().map(({ kind, name, uid }) => [objectKey(kind, name), uid]));
      const applies = plan()
        .batches.flat()
        .filter((action) => action.verb === "apply");
      expect(applies.map(({ uid }) => uid)).to.deep.equal(applies.map((action) => uids.get(keyOf(action))));
    });
  });

  it("writes only for sections that are enforced or switched off, and applies only for enforced ones and what only tells", () => {
    always(({ wants, plan }) => {
      const tells = ({ desired }: (typeof wants.sections)[number]): boolean => desired.some((one) => one.tells === true);
      const enforced = wants.sections.filter((section) => section.mode === "Enforce" || tells(section)).map(({ control }) => control);
      const off = wants.retired.map(({ control }) => control);
      const actions = plan().batches.flat();
      const controls = (chosen: readonly Action[]): unknown[] =>
        chosen.map((action) => ("desired" in action ? action.desired.control : action.control));
      expect(enforced).to.include.members(controls(actions.filter(isApply)));
      expect([...enforced, ...off]).to.include.members(controls(actions.filter((action) => !isApply(action))));
    });
  });

  it("takes grants away before anything else, and gives them after everything else that is applied", () => {
    always(({ plan }) => {
      const steps = plan()
        .batches.flat()
        .map((action) => {
          const resource = keyOf(action).split(" ")[0] ?? "";
          const [last, grant] = [resource === LAST, resource === LAST || GRANTS.has(resource)];
          return isApply(action) ? Number(last) + Number(grant) + 1 : Number(!grant) * 4;
        });
      expect(steps).to.deep.equal(steps.toSorted((a, b) => a - b));
    });
  });
});

/** By what asks for it, or by the label of what is there. */
function isOf(action: Action, controls: ReadonlySet<string>): boolean {
  const asking = "desired" in action ? action.desired.control : action.control;
  const label = "live" in action && action.live.kind.shareable?.(action.live.name) !== true ? action.live.control : undefined;
  return [asking, label].some((name) => name !== undefined && controls.has(name));
}

function mayBeTaken(live: Live, { adoptExisting, inventory }: PlanInput): boolean {
  const { kind, name } = live;
  return adoptExisting || kind.shareable?.(name) === true || inventory.had(kind, name, live);
}

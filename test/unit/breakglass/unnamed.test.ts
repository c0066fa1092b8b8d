/** Proves which objects that look like those of a grant are explained by the ledger, and which somebody must have made with the operator's account. */
import { expect } from "chai";
import { grantObjects, projectGrantObject } from "../../../operator/breakglass/grant.ts";
import type { GrantPart, LiveGrantObject } from "../../../operator/breakglass/types.ts";
import { isUnexplained, type Namesake, removedEntry } from "../../../operator/breakglass/unnamed.ts";
import { HOME, type ModelWorld, UID } from "./model-world.ts";
import { active, expired, issuing } from "./scenes.ts";

/** Objects that somebody made exactly as the operator would. */
function forged(namespace = "payments", deadline = Date.UTC(2026, 10, 23, 10, 42) / 1000): Record<GrantPart, LiveGrantObject> {
  const settings = { namespace: HOME, objectLabels: {} };
  const objects = grantObjects({
    settings,
    scope: { namespace },
    requester: "alice",
    requestUID: UID,
    role: "sb-incident-admin",
    deadline,
  });
  const live = objects.map(({ part, kind, manifest }) => {
    const metadata = {
      ...(manifest["metadata"] as object),
      uid: `forged-${part}`,
      managedFields: [{ manager: "securitybaseline-breakglass" }],
    };
    return [part, projectGrantObject(part, kind, { ...manifest, metadata })] as const;
  });
  return Object.fromEntries(live) as Record<GrantPart, LiveGrantObject>;
}

function namesake({ history }: ModelWorld): Namesake {
  return { uid: UID, history };
}

function unexplained(world: ModelWorld | undefined, object: LiveGrantObject): boolean {
  const { settings } = world ?? active();
  return isUnexplained(object, world && namesake(world), settings);
}

describe("objects that look like those of a grant", () => {
  for (const part of ["identity", "binding", "minter", "minterBinding"] as const) {
    const scenes = { "it is made": issuing, "it is in use": active, "it is over, and they are still there": expired };
    for (const [when, scene] of Object.entries(scenes)) {
      it(`are explained by the grant that they were made for, while ${when}: ${part}`, () => {
        const object = active().objects.get(part);
        expect(object && unexplained(scene(), object)).to.equal(false);
      });
    }

    it(`are not explained where no entry names their grant: ${part}`, () => {
      expect(unexplained(undefined, forged()[part])).to.equal(true);
    });

    it(`are not explained by a grant that is in use with another: ${part}`, () => {
      expect(unexplained(active(), forged()[part])).to.equal(true);
    });

    it(`are not explained by a grant that is over: ${part}`, () => {
      expect(unexplained(expired(), forged()[part])).to.equal(true);
    });

    it(`are explained while the grant is made: ${part}`, () => {
      expect(unexplained(issuing(), forged()[part])).to.equal(false);
    });
  }

  it("are not explained by a grant that ended before it was in use, unless they were made for it", () => {
    const world = issuing();
    const made = world.objects.get("identity");
    world.decide("Revoke", "bob");
    world.settle();
    expect(made && unexplained(world, made)).to.equal(false);
    expect(unexplained(world, { ...forged().identity, requestUID: "r-2" })).to.equal(true);
  });

  it("are not explained in another namespace than the grant is for, also while it is made", () => {
    expect(unexplained(issuing(), forged("shop").binding)).to.equal(true);
  });

  const others: readonly { readonly reason: string; readonly change: (binding: LiveGrantObject) => LiveGrantObject }[] = [
    { reason: "binds somebody else", change: (binding) => ({ ...binding, content: '{"subjects":[{"kind":"Group","name":"support"}]}' }) },
    {
      reason: "binds an account of its name elsewhere",
      change: (binding) => ({
        ...binding,
        content: `{"subjects":[{"kind":"ServiceAccount","namespace":"shop","name":"${binding.name}"}]}`,
      }),
    },
    { reason: "binds nobody", change: (binding) => ({ ...binding, content: "{}" }) },
    { reason: "has another name than a grant", change: (binding) => ({ ...binding, name: "viewers" }) },
  ];
  for (const { reason, change } of others) {
    it(`are left alone where one ${reason}: whoever may make bindings may use the label`, () => {
      expect(unexplained(undefined, change(forged().binding))).to.equal(false);
    });
  }

  it("are told in the ledger by their own uid, with what they claim", () => {
    const { binding } = forged();
    expect(removedEntry(binding)).to.deep.equal({
      type: "Removed",
      actor: "operator",
      requestUID: "forged-binding",
      grant: "bg-4mc432wz5b-1795430520",
      deadline: "2026-11-23T10:42:00Z",
      details: {
        object: '["RoleBinding","payments","bg-4mc432wz5b-1795430520","forged-binding"]',
        namespace: "payments",
        claims: "r-1",
      },
    });
  });
});

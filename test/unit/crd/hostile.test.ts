/** Proves that no input, however made, breaks the judge or what it runs in. */
import { expect } from "chai";
import fc from "fast-check";
import { validate, withDefaults } from "../../../operator/api/validate.ts";
import { baseline } from "./case.ts";

const LONG = "a".repeat(64 * 1024);

function nested(depth: number): unknown {
  return JSON.parse(`${'{"spec":'.repeat(depth)}0${"}".repeat(depth)}`);
}

function cyclic(): object {
  const list: unknown[] = [];
  list.push(list);
  return baseline({ mode: list, network: { defaultDeny: [list, list] }, access: { roles: [list, { name: list, groups: list }] } });
}

/** Every list and map of the section holds what the rules that look across it do not expect. */
function twisted(): object {
  return {
    store: [],
    externalSecrets: [null, 1, { name: {}, data: [[]], dataFrom: {} }],
    sealedSecrets: { 0: "a" },
    secretProviderClasses: [{ name: "a", secretObjects: [null, "b", { secretName: 1 }] }, { secretObjects: "c" }],
  };
}

const HOSTILE: readonly { readonly reason: string; readonly object: unknown }[] = [
  { reason: "a key __proto__ at the root", object: JSON.parse('{"__proto__": {"polluted": true}}') },
  { reason: "a key __proto__ in the spec", object: baseline(JSON.parse('{"__proto__": {"polluted": true}}')) },
  {
    reason: "a section that inherits its fields",
    object: baseline(JSON.parse('{"podSecurity": {"__proto__": {"enforce": "restricted"}}}')),
  },
  { reason: "a constructor", object: baseline({ constructor: { prototype: { polluted: true } } }) },
  { reason: "very long strings", object: baseline({ mode: LONG, access: { roles: [{ name: LONG, groups: [LONG] }] } }) },
  { reason: "a very long range", object: baseline({ network: { egress: [{ name: "a", to: [{ cidr: `${LONG}/8` }] }] } }) },
  { reason: "a very long label key", object: baseline({ network: { dns: { pods: { matchLabels: { [`${LONG}!`]: "a" } } } } }) },
  {
    reason: "a very long key of a Secret",
    object: baseline({ secrets: { sealedSecrets: [{ name: "a", encryptedData: { [LONG]: LONG } }] } }),
  },
  {
    reason: "a key __proto__ in a map of parameters",
    object: baseline({ secrets: { secretProviderClasses: [{ name: "a", parameters: JSON.parse('{"__proto__": {"polluted": true}}') }] } }),
  },
  { reason: "lists of the secrets section that are something else", object: baseline({ secrets: twisted() }) },
  { reason: "nesting far beyond the schema", object: nested(100_000) },
  { reason: "a list that contains itself, as YAML can write it", object: cyclic() },
  {
    reason: "very many unknown fields",
    object: baseline(Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`f${index}`, 0]))),
  },
  { reason: "objects whose conversion to text fails", object: { apiVersion: { toString: 1 }, kind: { toString: 1 } } },
];

describe("hostile objects", () => {
  for (const { reason, object } of HOSTILE) {
    it(`are refused in few, short sentences: ${reason}`, () => {
      const problems = validate("SecurityBaseline", object);
      withDefaults(object);
      expect(problems.length).to.be.within(1, 100);
      for (const { message } of problems) expect(message.length).to.be.below(1_000);
      expect({}).not.to.have.property("polluted");
    });
  }

  it("never make the judge throw, whatever a section holds", () => {
    const section = fc.oneof(fc.object({ withNullPrototype: false }), fc.anything(), fc.array(fc.object()));
    const spec = fc.record({
      access: fc.record({ roles: section }),
      network: fc.record({ egress: section, dns: section }),
      podSecurity: section,
      secrets: fc.record({
        store: section,
        externalSecrets: section,
        secretProviderClasses: section,
        sealedSecrets: section,
        stores: section,
      }),
    });
    fc.assert(
      fc.property(spec, (value) => Array.isArray(validate("SecurityBaseline", baseline(value)))),
      { numRuns: 300 },
    );
  });
});

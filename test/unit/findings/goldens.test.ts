/** Proves what is found in golden objects: what each rule is for, what only resembles it, and nothing in what usual installations bring. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { rules } from "../../../operator/findings/index.ts";
import { networkPolicy } from "../../../operator/kinds/network-policy.ts";
import { foundAmong, lineOf, nameOf, namesIn, objectsIn, ROOT } from "./golden-objects.ts";
import { mixedNamespace } from "./mixed-namespace.ts";

describe("golden findings", () => {
  it("cover every rule", () => {
    const folders = namesIn().filter((name) => !name.includes("."));
    expect(folders).to.have.members([...rules.map(({ id }) => id), "harmless"]);
  });

  for (const { id } of rules) {
    it(`are what ${id} is for, and what else is in them`, () => {
      const lines = foundAmong(objectsIn(id, "positive.yaml")).map(lineOf);
      expect(`${lines.join("\n")}\n`).to.equal(readFileSync(join(ROOT, id, "expected.txt"), "utf8"));
      expect(lines.some((line) => line.includes(` ${id} `))).to.equal(true);
    });

    it(`are not what only resembles ${id}`, () => {
      const found = foundAmong(objectsIn(id, "negative.yaml")).filter(({ rule }) => rule.id === id);
      expect(found.map(lineOf)).to.deep.equal([]);
    });
  }

  for (const name of namesIn("harmless"))
    it(`are not in harmless/${name}`, () => expect(foundAmong(objectsIn("harmless", name)).map(lineOf)).to.deep.equal([]));
});

describe("a flow that the baseline opens as widely itself", () => {
  const policy = (name: string, spec: JsonObject): JsonObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name },
    spec,
  });
  const toAnyone = (podSelector: JsonObject, ...ports: JsonObject[]): JsonObject => ({
    podSelector,
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports }],
  });
  const found = (baseline: JsonObject, foreign: JsonObject): readonly string[] =>
    foundAmong([policy("foreign", foreign)], (kind) =>
      kind === networkPolicy ? [networkPolicy.traits?.({ spec: baseline }) ?? {}] : [],
    ).map(({ rule }) => rule.id);

  it("is no finding", () => expect(found(toAnyone({}), toAnyone({ matchLabels: { app: "web" } }, { port: 443 }))).to.deep.equal([]));

  it("is one in the other direction", () =>
    expect(found(toAnyone({}), { podSelector: {}, ingress: [{}] })).to.deep.equal(["PermissiveNetworkPolicy"]));

  it("is one where the baseline opens it for some pods only: which, is not known", () =>
    expect(found(toAnyone({ matchLabels: { app: "web" } }), toAnyone({ matchLabels: { app: "web" } }))).to.deep.equal([
      "PermissiveNetworkPolicy",
    ]));

  it("is one where the baseline opens it on some ports only: which, is not known", () =>
    expect(found(toAnyone({}, { port: 443 }), toAnyone({}, { port: 443 }))).to.deep.equal(["PermissiveNetworkPolicy"]));
});

describe("a namespace of two hundred foreign objects", () => {
  const { objects, truth } = mixedNamespace(200);
  const found = foundAmong(objects).map(({ rule, ref }) => `${rule.id} ${ref.kind}/${ref.name}`);

  it("has as many, and no two of one name", () => {
    expect(objects.filter(({ kind }) => kind !== "Role")).to.have.length(200);
    expect(new Set(objects.map((object) => `${object["kind"]} ${nameOf(object)}`)).size).to.equal(objects.length);
  });

  it("is found all that is true of it (recall 1)", () => expect(truth.filter((one) => !found.includes(one))).to.deep.equal([]));

  it("is found nothing that is not (precision 1)", () => expect(found.filter((one) => !truth.includes(one))).to.deep.equal([]));

  it("is told the worst first, whatever the order of its objects", () => {
    const severities = foundAmong(objects).map(({ rule }) => rule.severity);
    const order = ["Critical", "High", "Medium", "Low"];
    expect(severities).to.deep.equal(severities.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(foundAmong(objects.toReversed()).map(lineOf)).to.deep.equal(foundAmong(objects).map(lineOf));
  });
});

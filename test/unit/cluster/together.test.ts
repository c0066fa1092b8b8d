/** Proves that stores that are filled together hold the same objects, whoever put them in, and each what it keeps of them. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { type Change, createStore } from "../../../operator/cluster/store.ts";
import { together } from "../../../operator/cluster/together.ts";
import type { Stored } from "../../../operator/cluster/types.ts";

interface Row extends Stored {
  readonly label: string | undefined;
}

function make(label: string) {
  const told: string[] = [];
  const store = createStore<Row>({
    project: ({ metadata = {} }) => {
      const { namespace = "", name = "", uid = "", resourceVersion = "", labels = {} } = metadata;
      return { namespace, name, uid, resourceVersion, label: labels[label] };
    },
    onChange: (key, { previous, current }: Change<Row>) => told.push(`${key}: ${previous?.label} to ${current?.label}`),
    onProblem: (problem) => told.push(problem),
  });
  return { store, told };
}

const shop = (resourceVersion: string, labels: Readonly<Record<string, string>>): KubernetesObject => ({
  metadata: { name: "shop", uid: "u1", resourceVersion, labels },
});

function scene() {
  const [levels, marks] = [make("level"), make("mark")];
  const { fed, views } = together([levels.store, marks.store]);
  const list = fed.relist();
  list.put(shop("3", { level: "baseline", mark: "Enforce" }));
  list.put({ metadata: { name: "attic", uid: "u2", resourceVersion: "2" } });
  list.drop({ metadata: { name: "attic", uid: "u2", resourceVersion: "2" } });
  list.end("5");
  return { fed, views, told: [levels.told, marks.told], labels: () => views.map((view) => view.get("", "shop")?.label) };
}

describe("stores that are filled together", () => {
  it("hold what is listed, each in its own projection", () => {
    const { fed, views, told, labels } = scene();
    expect(labels()).to.deep.equal(["baseline", "Enforce"]);
    expect(told).to.deep.equal([["shop: undefined to baseline"], ["shop: undefined to Enforce"]]);
    expect([fed, ...views].map((store) => [store.size, [...store.list("").keys()], [...store.namespaces()]])).to.deep.equal([
      [1, ["shop"], [""]],
      [1, ["shop"], [""]],
      [1, ["shop"], [""]],
    ]);
    expect(fed.position).to.equal("5");
  });

  it("all know what a write through one of them answered, and take its event for old", () => {
    const { fed, views, told, labels } = scene();
    views[1]?.observe(shop("6", { level: "restricted", mark: "Report" }));
    expect(labels()).to.deep.equal(["restricted", "Report"]);
    fed.change(shop("6", { level: "restricted", mark: "Report" }));
    expect(told.map((lines) => lines.length)).to.deep.equal([1, 1]);
    fed.change(shop("7", { level: "restricted" }));
    expect(told.map((lines) => lines.at(-1))).to.deep.equal(["shop: restricted to restricted", "shop: Report to undefined"]);
  });

  it("all forget what went, by a write of ours or of others", () => {
    const first = scene();
    first.views[0]?.observeDeleted("", "shop", "u1");
    expect(first.labels()).to.deep.equal([undefined, undefined]);
    const second = scene();
    second.fed.remove(shop("8", {}));
    expect(second.labels()).to.deep.equal([undefined, undefined]);
    second.fed.advance("9");
    expect(second.fed.position).to.equal("9");
  });

  it("are refined one by one", () => {
    const { views, labels } = scene();
    const row = views[1]?.get("", "shop");
    if (row !== undefined) views[1]?.refine({ ...row, label: "verified" });
    expect(labels()).to.deep.equal(["baseline", "verified"]);
  });

  it("need at least one", () => {
    expect(() => together([])).to.throw("no store to fill");
  });
});

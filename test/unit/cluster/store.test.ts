/** Proves that a store follows the cluster through late, lost and reordered news, and keeps nothing of what it cannot read. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { createStore, type FedStore } from "../../../operator/cluster/store.ts";
import type { Stored } from "../../../operator/cluster/types.ts";

interface Row extends Stored {
  readonly text: string;
}

const object = (
  name: string,
  resourceVersion: number,
  more: { uid?: string; text?: string; namespace?: string } = {},
): KubernetesObject => ({
  metadata: { namespace: more.namespace ?? "shop", name, uid: more.uid ?? `uid-${name}`, resourceVersion: String(resourceVersion) },
  text: more.text ?? "",
});

function toRow({ metadata = {}, text }: KubernetesObject): Row | undefined {
  if (text === "poison") throw new Error("cannot be read");
  if (text === "irrelevant") return undefined;
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = metadata;
  return { namespace, name, uid, resourceVersion, text: String(text) };
}

describe("store", () => {
  let store: FedStore<Row>;
  let told: string[];
  let problems: string[];
  const versionOf = (name: string): string | undefined => store.get("shop", name)?.resourceVersion;

  beforeEach(() => {
    told = [];
    problems = [];
    store = createStore<Row>({
      project: toRow,
      onChange: (key, { previous, current }) => told.push(`${key} ${previous?.resourceVersion ?? "-"}>${current?.resourceVersion ?? "-"}`),
      onProblem: (problem) => problems.push(problem),
    });
  });

  const list = (resourceVersion: number, ...objects: KubernetesObject[]): void => {
    const relist = store.relist();
    for (const each of objects) relist.put(each);
    relist.end(String(resourceVersion));
  };

  describe("watch events", () => {
    it("bring, change and remove objects, each told once", () => {
      store.change(object("a", 1));
      store.change(object("a", 2));
      store.remove(object("a", 3));
      expect(store.size).to.equal(0);
      expect([...store.namespaces()]).to.deep.equal([]);
      expect(told).to.deep.equal(["shop ->1", "shop 1>2", "shop 2>-"]);
    });

    it("are told by name for cluster-scoped kinds", () => {
      store.change(object("shop", 1, { namespace: "" }));
      expect(told).to.deep.equal(["shop ->1"]);
      expect([...store.list("").keys()]).to.deep.equal(["shop"]);
    });

    it("change nothing if they are late", () => {
      store.change(object("a", 5));
      store.change(object("a", 4, { text: "old" }));
      store.remove(object("a", 3));
      expect(versionOf("a")).to.equal("5");
      expect(told).to.deep.equal(["shop ->5"]);
    });

    it("of an object made anew replace the old one, and the old one's do not come back", () => {
      store.change(object("a", 5, { uid: "first" }));
      store.change(object("a", 8, { uid: "second" }));
      store.change(object("a", 6, { uid: "first" }));
      store.remove(object("a", 7, { uid: "first" }));
      expect(store.get("shop", "a")?.uid).to.equal("second");
    });

    it("about an object that no longer matters remove it", () => {
      store.change(object("a", 1));
      store.change(object("a", 2, { text: "irrelevant" }));
      store.change(object("b", 3, { text: "irrelevant" }));
      expect(store.size).to.equal(0);
      expect(told).to.deep.equal(["shop ->1", "shop 1>-"]);
    });

    it("that cannot be read take away what was known, which is told, and others go on", () => {
      store.change(object("a", 1));
      store.change(object("a", 2, { text: "poison" }));
      store.change(object("b", 3));
      store.change(object("a", 4, { text: "poison" }));
      store.change(object("a", 5));
      expect(versionOf("a")).to.equal("5");
      expect(versionOf("b")).to.equal("3");
      expect(told).to.deep.equal(["shop ->1", "shop 1>-", "shop ->3", "shop ->5"]);
      expect(problems).to.deep.equal(["shop/a: cannot be read", "shop/a: cannot be read"]);
    });

    const incomplete: readonly { reason: string; metadata: object; path: string }[] = [
      { reason: "no uid", metadata: { namespace: "shop", name: "a", resourceVersion: "9" }, path: "shop/a" },
      { reason: "no resourceVersion", metadata: { namespace: "shop", name: "a", uid: "uid-a" }, path: "shop/a" },
      { reason: "a uid that is no text", metadata: { namespace: "shop", name: "a", uid: 7, resourceVersion: "9" }, path: "shop/a" },
      {
        reason: "a resourceVersion that is a number",
        metadata: { namespace: "shop", name: "a", uid: "uid-a", resourceVersion: 9 },
        path: "shop/a",
      },
    ];
    for (const { reason, metadata, path } of incomplete) {
      it(`about an object of which no more than the name is told take away what was known of it: ${reason}`, () => {
        for (const tell of ["change", "remove", "observe"] as const) {
          store.change(object("a", 1));
          store[tell]({ metadata } as KubernetesObject);
          expect(versionOf("a"), tell).to.equal(undefined);
          expect(told.splice(0), tell).to.deep.equal(["shop ->1", "shop 1>-"]);
          expect(problems.splice(0), tell).to.deep.equal([`${path}: an object without name, uid or resourceVersion`]);
        }
      });
    }

    const nobody: readonly { reason: string; sent: unknown }[] = [
      { reason: "no metadata", sent: {} },
      { reason: "metadata that are text", sent: { metadata: "a" } },
      { reason: "metadata that are nothing", sent: { metadata: null } },
      {
        reason: "a name that is an object, even one that has no text",
        sent: { metadata: { name: { toString: 1, valueOf: 1 }, uid: "u" } },
      },
      { reason: "a namespace that is a list", sent: { metadata: { namespace: ["shop"], name: "a", uid: "uid-a", resourceVersion: "9" } } },
      { reason: "no object at all", sent: null },
    ];
    for (const { reason, sent } of nobody) {
      it(`about nobody are reported and change nothing: ${reason}`, () => {
        store.change(object("a", 1));
        store.change(sent as KubernetesObject);
        store.remove(sent as KubernetesObject);
        list(5, object("a", 1), sent as KubernetesObject);
        expect(versionOf("a")).to.equal("1");
        expect(problems).to.deep.equal(Array(3).fill("/: an object without name, uid or resourceVersion"));
      });
    }

    for (const name of ["__proto__", "constructor", "hasOwnProperty", "toString"]) {
      it(`about an object, namespace and uid called ${name} are like any other`, () => {
        store.change(object(name, 1, { namespace: name, uid: name }));
        store.change(object(name, 2, { namespace: name, uid: name, text: "poison" }));
        store.change(object(name, 3, { namespace: name, uid: name }));
        list(4, object(name, 3, { namespace: name, uid: name }));
        store.remove(object(name, 5, { namespace: name, uid: name }));
        expect(store.size).to.equal(0);
        expect(told).to.deep.equal([`${name} ->1`, `${name} 1>-`, `${name} ->3`, `${name} 3>-`]);
      });
    }

    it("that cannot be read for a reason that is no error are reported, too", () => {
      const odd = createStore<Row>({
        project: () => {
          throw Object.create(null);
        },
        onChange: () => undefined,
        onProblem: (problem) => problems.push(problem),
      });
      odd.change(object("a", 1));
      expect(problems).to.deep.equal(["shop/a: what was thrown is no error"]);
    });

    it("move the position, and bookmarks too, never backwards", () => {
      list(10);
      store.change(object("a", 12, { text: "poison" }));
      expect(store.position).to.equal("12");
      store.advance("15");
      store.advance("14");
      expect(store.position).to.equal("15");
      store.remove(object("a", 16));
      expect(store.position).to.equal("16");
    });

    it("survive a listener that throws", () => {
      const fragile = createStore<Row>({
        project: toRow,
        onChange: () => {
          throw new Error("no");
        },
        onProblem: (problem) => problems.push(problem),
      });
      fragile.change(object("a", 1));
      const relist = fragile.relist();
      relist.put(object("b", 2));
      relist.end("2");
      expect(problems).to.deep.equal(["shop/a: no", "shop/b: no", "shop/a: no"]);
      expect(fragile.get("shop", "b")?.resourceVersion).to.equal("2");
    });
  });

  describe("writes of ours", () => {
    it("are seen at once and not told, nor are the events that lag behind", () => {
      store.change(object("a", 1));
      store.observe(object("a", 3));
      store.change(object("a", 2, { text: "foreign" }));
      store.change(object("a", 3));
      expect(versionOf("a")).to.equal("3");
      expect(told).to.deep.equal(["shop ->1"]);
    });

    it("bring nothing back that the watch saw go before the answer came", () => {
      store.change(object("a", 2));
      store.remove(object("a", 3));
      store.observe(object("a", 2));
      expect(store.size).to.equal(0);
    });

    it("that make an object irrelevant keep late events out", () => {
      store.change(object("a", 1));
      store.observe(object("a", 4, { text: "irrelevant" }));
      store.change(object("a", 3));
      expect(store.size).to.equal(0);
      store.change(object("a", 5));
      expect(versionOf("a")).to.equal("5");
    });

    it("whose answer cannot be read leave nothing behind, which is told, and keep late events out", () => {
      store.change(object("a", 1));
      store.observe(object("a", 4, { text: "poison" }));
      store.change(object("a", 3));
      expect(store.size).to.equal(0);
      expect(told).to.deep.equal(["shop ->1", "shop 1>-"]);
      expect(problems).to.deep.equal(["shop/a: cannot be read"]);
    });

    it("that delete keep late events of that uid out", () => {
      store.observe(object("a", 3));
      store.observeDeleted("shop", "a", "uid-a");
      store.change(object("a", 2));
      store.change(object("a", 3));
      expect(store.size).to.equal(0);
      store.remove(object("a", 4));
      store.change(object("a", 5, { uid: "made-anew" }));
      expect(told).to.deep.equal(["shop ->5"]);
    });

    it("that delete do not hide an object that a finalizer keeps", () => {
      store.change(object("a", 3));
      store.observeDeleted("shop", "a", "uid-a");
      store.change(object("a", 4, { text: "terminating" }));
      expect(store.get("shop", "a")?.text).to.equal("terminating");
    });

    it("that deleted an earlier object leave its successor alone", () => {
      store.change(object("a", 3, { uid: "second" }));
      store.observeDeleted("shop", "a", "first");
      expect(versionOf("a")).to.equal("3");
    });
  });

  it("refines only the very state it holds, untold", () => {
    store.change(object("a", 1));
    const held = store.get("shop", "a") as Row;
    store.refine({ ...held, text: "refined" });
    expect(store.get("shop", "a")?.text).to.equal("refined");
    store.change(object("a", 2, { text: "newer" }));
    store.refine({ ...held, text: "too late" });
    expect(store.get("shop", "a")?.text).to.equal("newer");
    expect(told).to.deep.equal(["shop ->1", "shop 1>2"]);
  });

  describe("a list", () => {
    it("replaces the content and tells what differs", () => {
      for (const each of [object("gone", 1), object("same", 2), object("changed", 3)]) store.change(each);
      told.length = 0;
      list(9, object("same", 2), object("changed", 8), object("new", 7));
      expect([...store.list("shop").keys()]).to.have.members(["changed", "new", "same"]);
      expect(told).to.have.members(["shop ->7", "shop 1>-", "shop 3>8"]);
      expect(store.position).to.equal("9");
    });

    it("that dies half-way changes nothing", () => {
      store.change(object("a", 1));
      store.relist().put(object("b", 2));
      expect([...store.list("shop").keys()]).to.deep.equal(["a"]);
      expect(store.position).to.equal("1");
    });

    it("gives way to what our writes did meanwhile", () => {
      store.change(object("deleted", 1));
      store.change(object("changed", 2));
      const relist = store.relist();
      for (const each of [object("deleted", 1), object("changed", 2)]) relist.put(each);
      store.observe(object("changed", 11));
      store.observe(object("made", 12));
      store.observeDeleted("shop", "deleted", "uid-deleted");
      relist.end("10");
      expect(versionOf("changed")).to.equal("11");
      expect(versionOf("made")).to.equal("12");
      expect(versionOf("deleted")).to.equal(undefined);
    });

    it("tells that our write was undone before the list was made", () => {
      const relist = store.relist();
      store.observe(object("made", 5));
      relist.end("10");
      expect(store.size).to.equal(0);
      expect(told).to.deep.equal(["shop 5>-"]);
    });

    it("may take objects back before it ends", () => {
      const relist = store.relist();
      relist.put(object("a", 1));
      relist.drop(object("a", 2));
      relist.end("2");
      expect(store.size).to.equal(0);
      expect(told).to.deep.equal([]);
    });

    it("keeps nothing of an object that it cannot read, and tells that", () => {
      store.change(object("a", 1));
      store.change(object("c", 2));
      list(5, object("a", 4, { text: "poison" }), object("b", 5), { metadata: { namespace: "shop", name: "c" } });
      expect([...store.list("shop").keys()]).to.deep.equal(["b"]);
      expect(told.slice(2)).to.have.members(["shop 1>-", "shop ->5", "shop 2>-"]);
      expect(problems).to.deep.equal(["shop/a: cannot be read", "shop/c: an object without name, uid or resourceVersion"]);
    });

    it("keeps a refinement of an object that is unchanged", () => {
      store.change(object("a", 1));
      store.refine({ ...(store.get("shop", "a") as Row), text: "refined" });
      list(5, object("a", 1, { text: "raw" }));
      expect(store.get("shop", "a")?.text).to.equal("refined");
    });

    it("is believed after the cluster was restored to an older state", () => {
      store.observe(object("a", 900));
      store.change(object("b", 950));
      list(100, object("a", 90));
      expect(versionOf("a")).to.equal("90");
      expect(versionOf("b")).to.equal(undefined);
      expect(store.position).to.equal("100");
      store.change(object("a", 101));
      expect(versionOf("a")).to.equal("101");
    });

    it("is believed after such a restore also where we had deleted", () => {
      store.observe(object("a", 900));
      store.observeDeleted("shop", "a", "uid-a");
      list(100, object("a", 90));
      expect(versionOf("a")).to.equal("90");
    });

    it("made afresh is believed also where a version came back with another content, and where a write of ours seems to be newer", () => {
      store.change(object("same", 90, { text: "of the old past" }));
      store.change(object("a", 91));
      const relist = store.relist({ afresh: true });
      relist.put(object("same", 90, { text: "of the new past" }));
      relist.put(object("a", 80));
      store.observe(object("a", 900));
      relist.end("95");
      expect(store.get("shop", "same")?.text).to.equal("of the new past");
      expect(versionOf("a")).to.equal("80");
      expect(told.slice(2)).to.have.members(["shop 90>90", "shop 900>80"]);
      store.change(object("a", 96));
      expect(versionOf("a")).to.equal("96");
    });

    it("costs no look at objects that did not change", () => {
      let looks = 0;
      const counting = createStore<Row>({
        project: (each) => {
          looks += 1;
          return toRow(each);
        },
        onChange: () => undefined,
        onProblem: (problem) => problems.push(problem),
      });
      for (const versions of [
        [1, 2],
        [1, 9],
      ]) {
        const relist = counting.relist();
        for (const [i, version] of versions.entries()) relist.put(object(`o${i}`, version));
        relist.end("9");
      }
      expect(looks).to.equal(3);
    });
  });
});

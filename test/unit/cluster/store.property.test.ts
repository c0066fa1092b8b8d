/** Proves that a store ends up equal to the cluster, and its listener with it, under any interleaving of watch, writes and lists. */
import { expect } from "chai";
import fc from "fast-check";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { createStore, type FedStore, type Relist } from "../../../operator/cluster/store.ts";
import type { Stored } from "../../../operator/cluster/types.ts";

/** The naive model: one namespace of a cluster, all that ever happened in it, and what is on its way to the store. */
class World {
  readonly store: FedStore<Stored>;
  readonly #live = new Map<string, Stored>();
  readonly #history: { readonly version: number; readonly row: Stored; readonly gone: boolean }[] = [];
  /** Answers to writes of ours that have not arrived. */
  readonly #answers: { readonly name: string; readonly arrive: () => void }[] = [];
  /** What a listener that only looks when told, or when it wrote itself, believes to be there. */
  readonly #believed = new Map<string, Stored>();
  readonly #shown = new Map<string, number>();
  #version = 0;
  #watchedTo = 0;
  #list: { readonly relist: Relist; readonly rest: Stored[]; readonly version: number } | undefined;
  #mustList: boolean;

  constructor() {
    this.#mustList = true;
    this.store = createStore<Stored>({
      project: ({ metadata = {} }) => {
        const { namespace = "", name = "", uid = "", resourceVersion = "" } = metadata;
        return { namespace, name, uid, resourceVersion };
      },
      onChange: (_key, { previous, current }) => this.#look(current?.name ?? previous?.name ?? ""),
      onProblem: (problem) => expect.fail(problem),
    });
  }

  foreignWrite(name: string): void {
    this.#write(name);
  }

  foreignDelete(name: string): void {
    this.#delete(name);
  }

  ownWrite(name: string): void {
    const row = this.#write(name);
    this.#answers.push({ name, arrive: () => this.store.observe(asObject(row)) });
  }

  ownDelete(name: string): void {
    const held = this.store.get("shop", name);
    const live = this.#live.get(name);
    if (held === undefined || live?.uid !== held.uid || live.resourceVersion !== held.resourceVersion) return;
    this.#delete(name);
    this.#answers.push({ name, arrive: () => this.store.observeDeleted("shop", name, held.uid) });
  }

  answer(pick: number): void {
    const [answer] = this.#answers.splice(pick % Math.max(1, this.#answers.length), 1);
    answer?.arrive();
    if (answer) this.#look(answer.name);
  }

  watch(): void {
    if (this.#mustList) return;
    const next = this.#history.find(({ version }) => version > this.#watchedTo);
    if (next === undefined) return;
    this.#watchedTo = next.version;
    if (next.gone) this.store.remove(asObject(next.row));
    else this.store.change(asObject(next.row));
  }

  bookmark(): void {
    if (!this.#mustList) this.store.advance(String(this.#watchedTo));
  }

  beginList(): void {
    this.#mustList = true;
    this.#list = { relist: this.store.relist(), rest: [...this.#live.values()], version: this.#version };
  }

  continueList(): void {
    const list = this.#list;
    if (list === undefined) return;
    const row = list.rest.shift();
    if (row !== undefined) {
      list.relist.put(asObject(row));
      return;
    }
    list.relist.end(String(list.version));
    this.#list = undefined;
    this.#mustList = false;
    this.#watchedTo = list.version;
  }

  failList(): void {
    this.#list = undefined;
  }

  /** Lets everything that is on its way arrive. */
  settle(): void {
    if (this.#mustList && this.#list === undefined) this.beginList();
    while (this.#list !== undefined) this.continueList();
    while (this.#answers.length > 0) this.answer(0);
    while (this.#watchedTo < this.#version) this.watch();
    expect(rows(this.store.list("shop")), "the store at rest").to.deep.equal(rows(this.#live));
  }

  check(): void {
    expect(rows(this.#believed), "what the listener believes").to.deep.equal(rows(this.store.list("shop")));
    for (const { name, resourceVersion } of this.store.list("shop").values()) {
      expect(Number(resourceVersion), `version shown of ${name}`).to.be.at.least(this.#shown.get(name) ?? 0);
      this.#shown.set(name, Number(resourceVersion));
    }
  }

  #look(name: string): void {
    const row = this.store.get("shop", name);
    if (row === undefined) this.#believed.delete(name);
    else this.#believed.set(name, row);
  }

  #write(name: string): Stored {
    this.#version += 1;
    const uid = this.#live.get(name)?.uid ?? `uid-${this.#version}`;
    const row = { namespace: "shop", name, uid, resourceVersion: String(this.#version) };
    this.#live.set(name, row);
    this.#history.push({ version: this.#version, row, gone: false });
    return row;
  }

  #delete(name: string): void {
    const row = this.#live.get(name);
    if (row === undefined) return;
    this.#version += 1;
    this.#live.delete(name);
    this.#history.push({ version: this.#version, row: { ...row, resourceVersion: String(this.#version) }, gone: true });
  }
}

function asObject(row: Stored): KubernetesObject {
  return { metadata: { ...row } };
}

const byText = (a: string, b: string): number => a.localeCompare(b);

function rows(map: ReadonlyMap<string, Stored>): string[] {
  return [...map.values()].map(({ name, uid, resourceVersion }) => `${name} ${uid} ${resourceVersion}`).sort(byText);
}

const name = fc.constantFrom("a", "b", "c");

type Step = readonly [keyof World & ("foreignWrite" | "foreignDelete" | "ownWrite" | "ownDelete"), string] | readonly [string, number];

const step: fc.Arbitrary<(world: World) => void> = fc.oneof(
  { weight: 3, arbitrary: name.map((each) => labelled(["foreignWrite", each], (world) => world.foreignWrite(each))) },
  { weight: 2, arbitrary: name.map((each) => labelled(["foreignDelete", each], (world) => world.foreignDelete(each))) },
  { weight: 4, arbitrary: name.map((each) => labelled(["ownWrite", each], (world) => world.ownWrite(each))) },
  { weight: 3, arbitrary: name.map((each) => labelled(["ownDelete", each], (world) => world.ownDelete(each))) },
  { weight: 5, arbitrary: fc.nat(9).map((pick) => labelled(["answer", pick], (world) => world.answer(pick))) },
  { weight: 8, arbitrary: fc.constant(labelled(["watch", 0], (world) => world.watch())) },
  { weight: 1, arbitrary: fc.constant(labelled(["bookmark", 0], (world) => world.bookmark())) },
  { weight: 1, arbitrary: fc.constant(labelled(["beginList", 0], (world) => world.beginList())) },
  { weight: 6, arbitrary: fc.constant(labelled(["continueList", 0], (world) => world.continueList())) },
  { weight: 1, arbitrary: fc.constant(labelled(["failList", 0], (world) => world.failList())) },
);

/** A step that a counterexample can be read from. */
function labelled(label: Step, run: (world: World) => void): (world: World) => void {
  return Object.assign(run, { [fc.toStringMethod]: () => label.join(" ") });
}

describe("store, whatever happens", () => {
  it("never shows an older state, tells every change, and ends up equal to the cluster", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const world = new World();
        world.beginList();
        for (const run of steps) {
          run(world);
          world.check();
        }
        world.settle();
        world.check();
      }),
      { numRuns: 1500 },
    );
  }).timeout(20_000);
});

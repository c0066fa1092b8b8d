/**
 * Proves that an object ends up as it is wanted in whatever order things happen: two writers, a finalizer that lets go when it likes, a section that is
 * switched, a list that is made anew, and answers that come before or after what the watch tells. Every order is tried.
 */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { createStore, type FedStore, type Relist } from "../../../operator/cluster/store.ts";
import { role } from "../../../operator/kinds/role.ts";
import { projectLive } from "../../../operator/plan/live.ts";
import { planBaseline } from "../../../operator/plan/plan.ts";
import type { Action, Live } from "../../../operator/plan/types.ts";
import { had, input, logReader, retired, section } from "../plan/baseline-objects.ts";

/** The object as the API server has it. */
interface Held {
  readonly uid: number;
  readonly version: number;
  /** Made by us, with our marks; otherwise by a stranger. */
  readonly ours: boolean;
  readonly verb: string;
  readonly finalizer: boolean;
  readonly ending: boolean;
}

interface Told {
  readonly type: "change" | "remove";
  readonly object: Held;
}

/** What the API server answered to a write of the operator: an object, that it is gone, or a refusal. */
type Answer = Held | "gone" | "refused";

/** What the others do, each in its order, at any time. */
interface Script {
  readonly stranger: readonly ("tampers" | "deletes" | "creates")[];
  readonly user: readonly ("switches off" | "switches on")[];
  /** The watch breaks once, and everything is listed anew. */
  readonly relist?: boolean;
}

type Step = "look" | "write" | "answer" | "event" | "stranger" | "user" | "lets go" | "list" | "listed";

const WANTED = logReader();

/** One object, all who write it, and what the operator's store makes of it. */
class World {
  readonly #script: Script;
  readonly #store: FedStore<Live>;
  #held: Held | undefined = { uid: 1, version: 1, ours: true, verb: "get", finalizer: true, ending: false };
  #version = 1;
  #uids = 1;
  #events: Told[] = [];
  #wanted: boolean = true;
  #stranger = 0;
  #user = 0;
  #relists = 0;
  #listing: { readonly relist: Relist; readonly version: number } | undefined;
  #dirty: boolean = false;
  #action: Action | undefined;
  #answer: Answer | undefined;
  /** What the store keeps of a deletion of ours, which nobody can read. */
  #removed = "";

  readonly #moves: Readonly<Record<Step, () => void>> = {
    look: () => {
      this.#dirty = false;
      this.#action = this.#plan();
    },
    write: () => {
      this.#answer = this.#carryOut(this.#action);
    },
    answer: () => this.#hear(),
    event: () => this.#tell(this.#events.shift()),
    stranger: () => this.#meddle(this.#script.stranger[this.#stranger++]),
    user: () => {
      this.#wanted = this.#script.user[this.#user++] === "switches on";
      this.#dirty = true;
    },
    "lets go": () => this.#letGo(),
    list: () => this.#list(),
    listed: () => {
      this.#listing?.relist.end(String(this.#listing.version));
      this.#listing = undefined;
    },
  };

  constructor(script: Script) {
    this.#script = script;
    this.#store = createStore<Live>({
      project: (object, previous) => projectLive(role, object, { previous, expected: true }),
      onChange: () => {
        this.#dirty = true;
      },
      onProblem: (problem) => expect.fail(problem),
    });
    const start = this.#store.relist();
    if (this.#held !== undefined) start.put(objectOf(this.#held));
    start.end("1");
    this.#dirty = true;
  }

  /** What can happen next. */
  steps(): Step[] {
    const { stranger, user, relist = false } = this.#script;
    const possible: [Step, boolean][] = [
      ["look", this.#dirty && this.#action === undefined],
      ["write", this.#action !== undefined && this.#answer === undefined],
      ["answer", this.#answer !== undefined],
      // While it lists, the operator has no watch.
      ["event", this.#events.length > 0 && this.#listing === undefined],
      ["stranger", this.#stranger < stranger.length],
      ["user", this.#user < user.length],
      ["lets go", this.#held?.finalizer === true],
      ["list", relist && this.#relists === 0],
      ["listed", this.#listing !== undefined],
    ];
    return possible.filter(([, can]) => can).map(([step]) => step);
  }

  take(step: Step): void {
    this.#moves[step]();
  }

  /** Two worlds of equal keys have the same future. */
  key(): string {
    const { resourceVersion, uid, satisfies, terminating } = this.#store.get("payments", "log-reader") ?? {};
    const action = this.#action && ("live" in this.#action ? [this.#action.verb, this.#action.live.resourceVersion] : this.#action.uid);
    return JSON.stringify([
      [
        this.#held,
        this.#version,
        this.#uids,
        this.#events,
        this.#wanted,
        this.#stranger,
        this.#user,
        this.#relists,
        this.#listing?.version,
      ],
      [this.#dirty, this.#action?.verb, action, this.#answer, this.#removed],
      [this.#store.position, resourceVersion, uid, satisfies, terminating],
    ]);
  }

  /** What is wrong where nothing is left to happen; undefined if nothing is. */
  fault(): string | undefined {
    const row = this.#store.get("payments", "log-reader");
    if (row?.resourceVersion !== (this.#held && String(this.#held.version))) return `the store has ${row?.resourceVersion ?? "nothing"}`;
    if (this.#wanted)
      return this.#held?.ours === true && this.#held.verb === "get" && !this.#held.ending ? undefined : "it is not in place";
    return this.#held?.ours === true ? "it was left behind" : undefined;
  }

  #plan(): Action | undefined {
    const sections = this.#wanted ? { sections: [section("access", [WANTED])] } : { retired: [retired("access")] };
    const live = [...this.#store.list("payments").values()];
    const { batches, settled } = planBaseline(input({ ...sections, live, inventory: had(WANTED) }));
    for (const one of settled) this.#store.refine({ ...one.live, satisfies: one.fingerprint, detail: undefined });
    return batches.flat()[0];
  }

  #carryOut(action: Action | undefined): Answer {
    const held = this.#held;
    if (action?.verb === "delete") {
      const { uid, resourceVersion } = action.live;
      const matches = held !== undefined && uid === `uid-${held.uid}` && resourceVersion === String(held.version);
      return matches ? this.#remove(held) : "refused";
    }
    if (action?.verb !== "apply") return expect.fail(`not modelled: ${action?.verb}`);
    if (action.uid !== undefined && action.uid !== (held && `uid-${held.uid}`)) return "refused";
    return held === undefined ? this.#create(true) : this.#change({ ...held, ours: true, verb: "get" });
  }

  #hear(): void {
    const [action, answer] = [this.#action, this.#answer];
    [this.#action, this.#answer] = [undefined, undefined];
    if (answer === "refused") this.#dirty = true;
    else if (answer === "gone" && action?.verb === "delete") {
      this.#store.observeDeleted("payments", "log-reader", action.live.uid);
      this.#removed = action.live.resourceVersion;
    } else if (answer !== undefined && answer !== "gone") this.#store.observe(objectOf(answer));
  }

  #tell(told: Told | undefined): void {
    if (told !== undefined) this.#store[told.type](objectOf(told.object));
  }

  #meddle(what: Script["stranger"][number] | undefined): void {
    const held = this.#held;
    if (what === "tampers" && held !== undefined) this.#change({ ...held, verb: "*" });
    if (what === "deletes" && held !== undefined) this.#remove(held);
    if (what === "creates" && held === undefined) this.#create(false);
  }

  #letGo(): void {
    if (this.#held === undefined) return;
    if (this.#held.ending) this.#drop(this.#held);
    else this.#change({ ...this.#held, finalizer: false });
  }

  #list(): void {
    this.#relists += 1;
    const relist = this.#store.relist();
    if (this.#held !== undefined) relist.put(objectOf(this.#held));
    this.#listing = { relist, version: this.#version };
    this.#events = [];
  }

  #create(ours: boolean): Held {
    this.#uids += 1;
    this.#version += 1;
    const made: Held = { uid: this.#uids, version: this.#version, ours, verb: ours ? "get" : "*", finalizer: false, ending: false };
    return this.#hold(made);
  }

  #change(next: Held): Held {
    if (this.#held !== undefined && JSON.stringify(next) === JSON.stringify(this.#held)) return next;
    this.#version += 1;
    return this.#hold({ ...next, version: this.#version });
  }

  #hold(object: Held): Held {
    this.#held = object;
    this.#events.push({ type: "change", object });
    return object;
  }

  #remove(held: Held): Answer {
    if (held.finalizer) return this.#change({ ...held, ending: true });
    this.#drop(held);
    return "gone";
  }

  #drop(held: Held): void {
    this.#held = undefined;
    this.#version += 1;
    this.#events.push({ type: "remove", object: { ...held, version: this.#version } });
  }
}

function objectOf({ uid, version, ours, verb, ending }: Held): KubernetesObject {
  const { metadata, rules, ...rest } = logReader([verb]).manifest as { metadata: JsonObject; rules: JsonObject[] };
  const { labels, ownerReferences, ...name } = metadata;
  const owned = {
    "f:metadata": { "f:ownerReferences": { 'k:{"uid":"baseline-uid"}': {} }, "f:labels": { "f:securitybaseline.dev/control": {} } },
  };
  const marks = ours
    ? { labels, ownerReferences, managedFields: [{ manager: "securitybaseline", operation: "Apply", fieldsV1: owned }] }
    : {};
  const end = ending ? { deletionTimestamp: "2026-11-23T10:00:00Z" } : {};
  return {
    ...rest,
    rules,
    metadata: { ...name, ...marks, ...end, uid: `uid-${uid}`, resourceVersion: String(version) },
  } as KubernetesObject;
}

/** Tries every order. Answers how many different states there are, and how many ends. */
function explore(script: Script): { readonly states: number; readonly ends: number } {
  const seen = new Set<string>();
  let ends = 0;
  const paths: Step[][] = [[]];
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const world = new World(script);
    for (const step of path) world.take(step);
    if (seen.has(world.key())) continue;
    seen.add(world.key());
    const steps = world.steps();
    paths.push(...steps.map((step) => [...(path ?? []), step]));
    if (steps.length > 0) continue;
    ends += 1;
    expect(world.fault(), path.join(", ")).to.equal(undefined);
  }
  return { states: seen.size, ends };
}

describe("an object that ends slowly", () => {
  const scripts: readonly (Script & { readonly what: string })[] = [
    { what: "while its section is switched off and on", stranger: [], user: ["switches off", "switches on"] },
    { what: "while its section is switched off, on and off", stranger: [], user: ["switches off", "switches on", "switches off"] },
    {
      what: "while its section is switched, and everything is listed anew",
      stranger: [],
      user: ["switches off", "switches on"],
      relist: true,
    },
    { what: "that a stranger deletes", stranger: ["deletes"], user: [] },
    { what: "that a stranger deletes and makes again", stranger: ["deletes", "creates"], user: [] },
    {
      what: "that a stranger changes and deletes, while its section is switched",
      stranger: ["tampers", "deletes"],
      user: ["switches off", "switches on"],
    },
    {
      what: "that a stranger deletes and changes, while everything is listed anew",
      stranger: ["deletes", "tampers"],
      user: [],
      relist: true,
    },
    {
      what: "that a stranger deletes and makes again, while its section is switched",
      stranger: ["deletes", "creates"],
      user: ["switches off", "switches on"],
    },
  ];
  for (const { what, ...script } of scripts) {
    it(`${what}: is as it is wanted in the end, in every order`, () => {
      const { states, ends } = explore(script);
      expect(states, "states").to.be.greaterThan(20);
      expect(ends, "ends").to.be.greaterThan(0);
    });
  }
});

/** Sets up a reflector over a script, under a clock that the test moves. */
import { createReflector, type Reflector, type ReflectorOptions } from "../../operator/cluster/reflector.ts";
import { createStore } from "../../operator/cluster/store.ts";
import type { Stored } from "../../operator/cluster/types.ts";
import { ManualClock, settle } from "./manual-clock.ts";
import { type Played, ScriptedTransport } from "./scripted-transport.ts";

export const networkPolicies = { apiVersion: "networking.k8s.io/v1", resource: "networkpolicies", namespaced: true };

export class ReflectorBench {
  readonly clock = new ManualClock();
  readonly transport: ScriptedTransport;
  readonly reflector: Reflector<Stored>;
  readonly changes: string[] = [];
  readonly warnings: string[] = [];
  readonly #stop = new AbortController();
  #ended: Promise<void> | undefined;

  constructor(
    script: readonly Played[],
    options: Partial<Pick<ReflectorOptions<Stored>, "namespace" | "labelSelector" | "fieldSelector" | "random" | "onStanding">> = {},
  ) {
    this.transport = new ScriptedTransport(...script);
    const store = createStore<Stored>({
      project: ({ metadata = {} }) => {
        const { namespace = "", name = "", uid = "", resourceVersion = "" } = metadata;
        if (name === "poison") throw new Error("cannot be read");
        return { namespace, name, uid, resourceVersion };
      },
      onChange: (_key, { previous, current }) => this.changes.push(`${(current ?? previous)?.name} ${current?.resourceVersion ?? "gone"}`),
      onProblem: (problem) => this.warnings.push(problem),
    });
    const log = { info: () => undefined, warn: (_message: string, { problem = "" }) => this.warnings.push(String(problem)) };
    const { clock, transport } = this;
    this.reflector = createReflector({ transport, type: networkPolicies, store, log, clock, random: () => 0, pageSize: 2, ...options });
  }

  /** Starts, and waits until nothing happens without time. */
  async start(): Promise<this> {
    this.#ended = this.reflector.run(this.#stop.signal);
    await settle();
    return this;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  get names(): string[] {
    return [...this.reflector.store.list("shop").keys()];
  }

  /** What was asked so far, in short: how, and from where. */
  get asked(): string[] {
    return this.transport.seen.map(({ query = {}, path }) => {
      if (query["sendInitialEvents"]) return "streaming list";
      if (query["watch"]) return `watch ${query["resourceVersion"]}`;
      if (!path.endsWith("networkpolicies")) return "discovery";
      if (query["limit"] === "1") return "how far";
      return `list ${query["limit"] ?? "all"} ${query["continue"] ?? ""}`.trim();
    });
  }
}

/** Holds the entries of a ledger as an API server would, with what may go wrong on the way there. */
import { setImmediate as later } from "node:timers/promises";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { chainName, entryManifest } from "../../../operator/breakglass/chain.ts";
import type { StoredCheckpoint } from "../../../operator/breakglass/checkpoint.ts";
import { Ledger } from "../../../operator/broker/ledger.ts";
import { type EntryRow, projectEntry } from "../../../operator/broker/rows.ts";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { createStore, type FedStore } from "../../../operator/cluster/store.ts";
import type { ApiRequest, ObjectTarget, Transport, Writer } from "../../../operator/cluster/types.ts";
import { refused } from "../../support/scripted-transport.ts";

export const HOME = "securitybaseline-breakglass";
export const NAMESPACE_UID = "01234567-89ab-4cde-8f01-23456789abcd";

/** One process's view of the server: its cache, and the ledger that works on it. */
export interface View {
  readonly ledger: Ledger;
  readonly store: FedStore<EntryRow>;
}

export class LedgerServer implements Pick<Writer, "create">, Pick<Transport, "request"> {
  readonly objects = new Map<string, KubernetesObject>();
  /** Failures of the next creations: `lost` stores the entry all the same. */
  readonly faults: ({ readonly error: ApiError; readonly lost?: boolean } | undefined)[] = [];
  checkpoint: StoredCheckpoint | undefined;
  /** Creations under way now, and the most there were. */
  inFlight = 0;
  mostInFlight = 0;
  #version = 0;

  async create(target: ObjectTarget, manifest: JsonObject): Promise<KubernetesObject> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    await later();
    this.inFlight -= 1;
    const fault = this.faults.shift();
    if (fault !== undefined && fault.lost !== true) throw fault.error;
    if (this.objects.has(target.name))
      throw new ApiError({ status: 409, reason: "AlreadyExists", message: `${target.name} already exists` });
    const object = this.put(manifest);
    if (fault !== undefined) throw fault.error;
    return object;
  }

  async request({ path }: ApiRequest): Promise<KubernetesObject> {
    const object = this.objects.get(path.split("/").at(-1) ?? "");
    if (object === undefined) throw refused(404);
    return object;
  }

  /** Stores an object as if somebody had created it. */
  put(manifest: JsonObject): KubernetesObject {
    this.#version += 1;
    const { metadata, spec } = structuredClone(manifest) as unknown as { metadata: { name: string }; spec: LedgerEntry };
    const { name } = metadata;
    const identity = { namespace: HOME, name, uid: `uid-${this.#version}`, resourceVersion: String(this.#version) };
    const object = { metadata: identity, spec };
    this.objects.set(name, object);
    return object;
  }

  /** Changes fields of a stored entry as only an administrator or another version could; undefined takes its content away. */
  overwrite(name: string, fields: object | undefined): void {
    this.#version += 1;
    const { metadata, spec } = this.objects.get(name) ?? {};
    const changed = fields && { ...(spec as object), ...fields };
    this.objects.set(name, { metadata: { ...metadata, resourceVersion: String(this.#version) }, spec: changed });
  }

  /** A process that has just listed everything. */
  view(namespaceUID: () => string | undefined = () => NAMESPACE_UID): View {
    const store = createStore<EntryRow>({ project: projectEntry, onChange: () => undefined, onProblem: () => undefined });
    this.list(store);
    const chain = (): string | undefined => {
      const uid = namespaceUID();
      return uid && chainName(uid);
    };
    const checkpoint = (): StoredCheckpoint | undefined => this.checkpoint;
    return { store, ledger: new Ledger({ store, writer: this, transport: this, namespace: HOME, chain, checkpoint }) };
  }

  /** Brings a cache up to date. */
  list(store: FedStore<EntryRow>): void {
    const list = store.relist();
    for (const object of this.objects.values()) list.put(object);
    list.end(String(this.#version));
  }

  /** Stores entries. */
  fill(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) this.put(entryManifest(entry, HOME));
  }
}

/** Pretends to be an API server with kinds that come and go, for tests of whatever follows them: lists and watches only. */
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { ApiError } from "../../operator/cluster/errors.ts";
import type { ApiRequest, FrameStream, ResourceType, Transport } from "../../operator/cluster/types.ts";
import { listEnd } from "./scripted-transport.ts";

interface Watcher {
  readonly resource: string;
  readonly push: (frame: JsonObject) => void;
}

/** Any resource that is not called absent has an empty list. Group and version of a kind are served once `serve` was called for them. */
export class PretendCluster implements Transport {
  /** Resources whose collections answer 404, whatever their group. */
  readonly absent = new Set<string>();
  /** Resources whose watches open and then say nothing. */
  readonly silent = new Set<string>();
  /** True while watches keep back what they should tell. */
  lagging: boolean = false;
  /** Resources that were asked for, in order. */
  readonly asked: string[] = [];
  readonly #objects = new Map<string, JsonObject>();
  readonly #watchers = new Set<Watcher>();
  readonly #late: [string, JsonObject][] = [];
  #version = 1;

  /** Resources that are being watched now. */
  get watched(): string[] {
    return [...this.#watchers].map(({ resource }) => resource);
  }

  /** Lets an APIService for the group and version appear. */
  serve({ apiVersion }: Pick<ResourceType, "apiVersion">, available = true): void {
    const [group, version] = apiVersion.split("/");
    const status = { conditions: [{ type: "Available", status: available ? "True" : "False" }] };
    this.put("apiservices", { metadata: { name: `${version}.${group}` }, spec: { group, version }, status } as JsonObject);
  }

  /** Lets it go. */
  withdraw({ apiVersion }: Pick<ResourceType, "apiVersion">): void {
    const [group, version] = apiVersion.split("/");
    this.remove("apiservices", `${version}.${group}`);
  }

  /** Creates or replaces an object; its uid follows from its name. */
  put(resource: string, object: JsonObject): JsonObject {
    const metadata = object["metadata"] as JsonObject;
    const key = `${resource}/${metadata["namespace"] ?? ""}/${metadata["name"]}`;
    const type = this.#objects.has(key) ? "MODIFIED" : "ADDED";
    const stored = { ...object, metadata: { uid: `uid-${metadata["name"]}`, ...metadata, resourceVersion: this.#next() } };
    this.#objects.set(key, stored);
    this.#tell(resource, { type, object: stored });
    return stored;
  }

  /** An object as it is stored, if it is there. */
  find(resource: string, name: string, namespace = ""): JsonObject | undefined {
    return this.#objects.get(`${resource}/${namespace}/${name}`);
  }

  /** All objects of a resource in a namespace. */
  all(resource: string, namespace: string): JsonObject[] {
    return [...this.#objects].filter(([key]) => key.startsWith(`${resource}/${namespace}/`)).map(([, object]) => object);
  }

  remove(resource: string, name: string, namespace = ""): void {
    const key = `${resource}/${namespace}/${name}`;
    const object = this.#objects.get(key);
    if (object === undefined) throw new Error(`${key} is not there`);
    this.#objects.delete(key);
    const metadata = { ...(object["metadata"] as JsonObject), resourceVersion: this.#next() };
    this.#tell(resource, { type: "DELETED", object: { ...object, metadata } });
  }

  /** Ends the watches of a resource, as the API server does when the kind goes. */
  cut(resource: string): void {
    this.#tell(resource, { type: "ERROR", object: { kind: "Status", code: 503, message: "the kind went" } });
  }

  /** How far it is, or discovery: which resources a group and version has. */
  async request({ path, query }: ApiRequest): Promise<KubernetesObject> {
    const resource = path.split("/").at(-1) ?? "";
    if (query?.["limit"] !== undefined && !this.absent.has(resource))
      return { metadata: { resourceVersion: String(this.#version) }, items: [] };
    this.asked.push(path);
    if (query?.["limit"] !== undefined) throw new ApiError({ status: 404, reason: "NotFound", message: "404 page not found" });
    return { resources: [] };
  }

  async stream({ path, query = {}, signal }: ApiRequest): Promise<FrameStream> {
    const resource = path.split("/").at(-1) ?? "";
    this.asked.push(resource);
    if (this.absent.has(resource)) throw new ApiError({ status: 404, reason: "NotFound", message: "404 page not found" });
    const queue: JsonObject[] =
      query["sendInitialEvents"] && !this.silent.has(resource) ? [...this.#listed(resource), listEnd(this.#version)] : [];
    return this.#open(resource, queue, signal);
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  #listed(resource: string): JsonObject[] {
    const rows = [...this.#objects].filter(([key]) => key.startsWith(`${resource}/`));
    return rows.map(([, object]) => ({ type: "ADDED", object }));
  }

  #open(resource: string, queue: JsonObject[], signal: AbortSignal | undefined): FrameStream {
    let wake = Promise.withResolvers<void>();
    const watcher: Watcher = {
      resource,
      push: (frame) => {
        queue.push(frame);
        wake.resolve();
      },
    };
    this.#watchers.add(watcher);
    const ended = (): boolean => !this.#watchers.has(watcher);
    const close = (): void => {
      this.#watchers.delete(watcher);
      wake.resolve();
    };
    signal?.addEventListener("abort", close);
    async function* frames(): AsyncGenerator<JsonObject> {
      while (!ended()) {
        for (let frame = queue.shift(); frame !== undefined; frame = queue.shift()) yield frame;
        if (ended()) return;
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    }
    return { frames: frames(), close };
  }

  /** Lets the watches tell that an object went which is still there. */
  hide(resource: string, name: string, namespace = ""): void {
    const object = this.find(resource, name, namespace);
    if (object === undefined) throw new Error(`${resource} ${name} is not there`);
    const metadata = { ...(object["metadata"] as JsonObject), resourceVersion: this.#next() };
    this.#tell(resource, { type: "DELETED", object: { ...object, metadata } });
  }

  /** Lets the watches tell what they kept back. */
  catchUp(): void {
    this.lagging = false;
    for (const [resource, frame] of this.#late.splice(0)) this.#tell(resource, frame);
  }

  #tell(resource: string, frame: JsonObject): void {
    if (this.lagging) {
      this.#late.push([resource, frame]);
      return;
    }
    for (const watcher of this.#watchers) if (watcher.resource === resource) watcher.push(frame);
  }

  #next(): string {
    this.#version += 1;
    return String(this.#version);
  }
}

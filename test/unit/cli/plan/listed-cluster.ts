/** Stands in for an API server that only answers lists, reads and dry runs, for tests of `plan`: what was asked, what is refused, what is not served. */
import type { JsonObject } from "../../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { ApiError } from "../../../../operator/cluster/errors.ts";
import type { ApiRequest, Transport } from "../../../../operator/cluster/types.ts";

/** Of resources that several groups have, the group that is meant without one. The others are served where they have an object. */
const MEANT: Readonly<Record<string, string>> = { networkpolicies: "networking.k8s.io", globalnetworkpolicies: "crd.projectcalico.org" };

/** An object where it is listed; the resource with its group where several groups have one of that name. */
export type Placed = readonly [resource: string, object: KubernetesObject];

export class ListedCluster implements Transport {
  /** Paths in the order of the requests, each with its page token if it had one. */
  readonly asked: string[] = [];
  /** Answers the status of a refusal of this path, or undefined. */
  refuse: (path: string, method: string) => number | undefined = () => undefined;
  /** Resources that the server does not have. */
  readonly absent = new Set<string>();
  /** What the API server warns of when the level of a namespace is to rise. */
  readonly warnings = new Map<string, readonly string[]>();
  /** Bodies of the dry runs. */
  readonly rehearsed: unknown[] = [];
  readonly #objects: readonly Placed[];

  constructor(objects: readonly Placed[]) {
    this.#objects = objects;
  }

  async request(request: ApiRequest): Promise<KubernetesObject> {
    const { method, path, query = {} } = request;
    this.asked.push(query["continue"] === undefined ? `${method} ${path}` : `${method} ${path} from ${query["continue"]}`);
    const segments = path.split("/").slice(1);
    const rest = segments.slice(segments[0] === "api" ? 2 : 3);
    const status = this.refuse(path, method);
    if (status !== undefined)
      throw new ApiError({ status, reason: status === 403 ? "Forbidden" : "Failed", message: `refused with ${status}` });
    const group = segments[0] === "api" ? "" : (segments[1] ?? "");
    if (rest.length === 0) return { resources: this.#resources(group).map((name) => ({ name })) } as unknown as KubernetesObject;
    if (method !== "GET") this.#rehearse(request, rest);
    return this.#answer(rest, group, query);
  }

  #rehearse({ method, path, query, body, onWarnings }: ApiRequest, [, name = ""]: readonly string[]): void {
    if (method !== "PATCH" || query?.["dryRun"] !== "All") throw new Error(`a plan writes: ${method} ${path}`);
    this.rehearsed.push(body);
    onWarnings?.(this.warnings.get(name) ?? []);
  }

  stream(): never {
    throw new Error("a plan watches nothing");
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #resources(group: string): readonly string[] {
    const names = this.#objects.flatMap(([placed]) => {
      const [resource = ""] = placed.split(".");
      return isIn(placed, resource, group) && !this.absent.has(resource) ? resource : [];
    });
    return [...new Set(names)];
  }

  #answer(rest: readonly string[], group: string, query: NonNullable<ApiRequest["query"]>): KubernetesObject {
    const isNamespaced = rest[0] === "namespaces" && rest.length > 2;
    const [resource = "", name] = isNamespaced ? rest.slice(2) : rest;
    const isElsewhere = (MEANT[resource] ?? group) !== group && !this.#objects.some(([placed]) => placed === `${resource}.${group}`);
    if (this.absent.has(resource) || isElsewhere)
      throw new ApiError({ status: 404, reason: "NotFound", message: "the server could not find the requested resource" });
    const all = this.#objects
      .filter(([where, { metadata }]) => isIn(where, resource, group) && (!isNamespaced || metadata?.namespace === rest[1]))
      .map(([, object]) => object);
    if (name === undefined) return page(all, query);
    const found = all.find(({ metadata }) => metadata?.name === name);
    if (found === undefined) throw new ApiError({ status: 404, reason: "NotFound", message: `${resource} "${name}" not found` });
    return found;
  }
}

function isIn(placed: string, resource: string, group: string): boolean {
  return placed === `${resource}.${group}` || (placed === resource && (MEANT[resource] ?? group) === group);
}

function page(all: readonly KubernetesObject[], query: NonNullable<ApiRequest["query"]>): KubernetesObject {
  const from = Number(query["continue"] ?? "0");
  const end = from + Number(query["limit"] ?? all.length);
  const token = end < all.length ? { continue: String(end) } : {};
  return {
    metadata: { resourceVersion: "1", ...token },
    items: all.slice(from, end) as unknown as readonly JsonObject[],
  } as KubernetesObject;
}

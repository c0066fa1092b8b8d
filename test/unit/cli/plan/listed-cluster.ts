/** Stands in for an API server that only answers lists and reads, for tests of `plan`: what was asked, what is refused, what is not served. */
import type { JsonObject } from "../../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { ApiError } from "../../../../operator/cluster/errors.ts";
import type { ApiRequest, Transport } from "../../../../operator/cluster/types.ts";

/** An object where it is listed. */
export type Placed = readonly [resource: string, object: KubernetesObject];

export class ListedCluster implements Transport {
  /** Paths in the order of the requests, each with its page token if it had one. */
  readonly asked: string[] = [];
  /** Answers the status of a refusal of this path, or undefined. */
  refuse: (path: string) => number | undefined = () => undefined;
  /** Resources that the server does not have. */
  readonly absent = new Set<string>();
  readonly #objects: readonly Placed[];

  constructor(objects: readonly Placed[]) {
    this.#objects = objects;
  }

  async request({ method, path, query = {} }: ApiRequest): Promise<KubernetesObject> {
    this.asked.push(query["continue"] === undefined ? `${method} ${path}` : `${method} ${path} from ${query["continue"]}`);
    const segments = path.split("/").slice(1);
    const rest = segments.slice(segments[0] === "api" ? 2 : 3);
    const status = this.refuse(path);
    if (status !== undefined)
      throw new ApiError({ status, reason: status === 403 ? "Forbidden" : "Failed", message: `refused with ${status}` });
    if (rest.length === 0) return { resources: [...this.#resources()].map((name) => ({ name })) } as unknown as KubernetesObject;
    return this.#answer(rest, query);
  }

  stream(): never {
    throw new Error("a plan watches nothing");
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #resources(): ReadonlySet<string> {
    return new Set(this.#objects.map(([resource]) => resource).filter((resource) => !this.absent.has(resource)));
  }

  #answer(rest: readonly string[], query: NonNullable<ApiRequest["query"]>): KubernetesObject {
    const isIn = rest[0] === "namespaces" && rest.length > 2;
    const [resource = "", name] = isIn ? rest.slice(2) : rest;
    if (this.absent.has(resource))
      throw new ApiError({ status: 404, reason: "NotFound", message: "the server could not find the requested resource" });
    const all = this.#objects
      .filter(([where, { metadata }]) => where === resource && (!isIn || metadata?.namespace === rest[1]))
      .map(([, object]) => object);
    if (name === undefined) return page(all, query);
    const found = all.find(({ metadata }) => metadata?.name === name);
    if (found === undefined) throw new ApiError({ status: 404, reason: "NotFound", message: `${resource} "${name}" not found` });
    return found;
  }
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

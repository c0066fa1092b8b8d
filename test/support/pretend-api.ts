/** Pretends to be an API server that also takes writes: creations, statuses and deletions, each as our writer sends them. */
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { ApiError } from "../../operator/cluster/errors.ts";
import type { ApiRequest } from "../../operator/cluster/types.ts";
import { PretendCluster } from "./pretend-cluster.ts";

interface Place {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

export class PretendApi extends PretendCluster {
  /** Writes that arrived and were taken, as `verb resource/name`. */
  readonly written: string[] = [];
  /** Collections in which a single object was looked for. */
  readonly looked: string[] = [];
  /** Writes that arrived, taken or not. */
  attempts = 0;
  /** Says why a write is refused; undefined takes it. `write` is as in `written`. */
  refuse: (write: string) => ApiError | undefined = () => undefined;
  /** RFC 3339, for what the server stamps. */
  time: () => string = () => "2026-11-23T12:00:00Z";
  /** What becomes of a status on its way into the store. */
  keepStatus: (status: JsonObject) => JsonObject = (status) => status;

  override async request(request: ApiRequest): Promise<KubernetesObject> {
    if (request.method === "GET") return this.#read(request);
    request.before?.();
    this.attempts += 1;
    const place = placeOf(request);
    const write = `${request.method} ${place.resource}/${place.name}`;
    const refused = this.refuse(write) ?? this.#missing(request, place);
    if (refused !== undefined) throw refused;
    this.written.push(write);
    return this.#carryOut(request, place);
  }

  async #read(request: ApiRequest): Promise<KubernetesObject> {
    if (request.query?.["fieldSelector"] !== undefined) return this.#listed(request);
    const { resource, namespace, name } = placeOf(request);
    if (resource !== "" && namespace !== "" && name === "" && request.query?.["limit"] === undefined) {
      return { items: this.all(resource, namespace) } as KubernetesObject;
    }
    if (name === "") return super.request(request);
    const found = this.find(resource, name, namespace);
    if (found === undefined) throw refusal(404, "NotFound");
    return found as KubernetesObject;
  }

  /** As the API server has it now, whatever the watches have told. */
  #listed({ path, query }: ApiRequest): KubernetesObject {
    this.looked.push(path);
    const { resource, namespace } = placeOf({ method: "GET", path });
    const found = this.find(resource, query?.["fieldSelector"]?.replace("metadata.name=", "") ?? "", namespace);
    return { items: found === undefined ? [] : [found] };
  }

  #missing({ method }: ApiRequest, { resource, namespace, name }: Place): ApiError | undefined {
    const exists = this.find(resource, name, namespace) !== undefined;
    if (method === "POST") return exists ? refusal(409, "AlreadyExists") : undefined;
    return exists ? undefined : refusal(404, "NotFound");
  }

  #carryOut({ method, body, query }: ApiRequest, { resource, namespace, name }: Place): KubernetesObject {
    const sent = body as JsonObject;
    const held = this.find(resource, name, namespace);
    if (method === "DELETE") return this.#delete(held ?? {}, { resource, namespace, name });
    if (held !== undefined)
      return this.put(resource, { ...held, status: this.keepStatus(sent["status"] as JsonObject) }) as KubernetesObject;
    const managedFields = [{ manager: query?.["fieldManager"] ?? "" }];
    return this.put(resource, { ...sent, metadata: { ...(sent["metadata"] as JsonObject), managedFields } }) as KubernetesObject;
  }

  /** What has finalizers stays until somebody takes them away. */
  #delete(held: JsonObject, { resource, namespace, name }: Omit<Place, "subresource">): KubernetesObject {
    const metadata = held["metadata"] as JsonObject | undefined;
    if (metadata?.["finalizers"] === undefined) {
      this.remove(resource, name, namespace);
      return {};
    }
    return this.put(resource, { ...held, metadata: { deletionTimestamp: this.time(), ...metadata } }) as KubernetesObject;
  }
}

/** A refusal as the API server words it. */
export function refusal(status: number, reason: string): ApiError {
  return new ApiError({ status, reason, message: `refused: ${reason}` });
}

/** Reads `/apis/group/version/namespaces/<namespace>/<resource>/<name>/<subresource>`, of which a creation has the name in its body. */
function placeOf({ path, body }: ApiRequest): Place {
  const segments = path.split("/").slice(1);
  const rest = segments.slice(segments[0] === "api" ? 2 : 3);
  const namespaced = rest[0] === "namespaces" && rest.length > 2;
  const [resource = "", inPath, subresource = ""] = namespaced ? rest.slice(2) : rest;
  const { metadata } = (body ?? {}) as { metadata?: { name?: string } };
  return { resource, namespace: namespaced ? (rest[1] ?? "") : "", name: inPath ?? metadata?.name ?? "", subresource };
}

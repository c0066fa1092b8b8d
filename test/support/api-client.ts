/** Talks to the API server for the tests, as a witness of what the operator did that is independent of it. */
import { Agent } from "node:https";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { type Connection, type JsonReply, type JsonRequest, sendJson } from "./https-json.ts";

/** Names one object, or with `subresource` one part of it. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly subresource?: string;
}

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
}

export interface WriteOptions {
  /** Field manager; default "test". */
  readonly manager?: string;
  /** Server-side apply only: take over fields of others; default false. */
  readonly force?: boolean;
  readonly subresource?: string;
}

/** An answer outside 2xx. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  /** `reason` of the Status object, or "". */
  readonly reason: string;

  constructor(call: JsonRequest, status: number, body: unknown) {
    const { reason = "", message = String(body) } = (typeof body === "object" && body ? body : {}) as Record<string, string>;
    super(`${call.method} ${call.path}: ${status} ${reason}: ${message}`);
    this.status = status;
    this.reason = reason;
  }
}

/** Who the client is; with `user` it acts as somebody else, which only the administrator may. */
export interface Identity {
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  /** What an authenticator adds to a user, by key. */
  readonly extra?: Readonly<Record<string, string>>;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Every method throws ApiFailure when the server refuses. */
export class ApiClient {
  readonly #connection: Connection;
  readonly #identity: Identity;
  readonly #resources = new Map<string, Resource>();

  constructor(server: string, ca: string, identity: Identity) {
    const { cert, key } = identity;
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    this.#identity = identity;
    this.#connection = { server, ca, agent, headers: headersOf(identity), ...(cert && key ? { cert, key } : {}) };
  }

  /** The same server seen by somebody else. */
  as(identity: Identity): ApiClient {
    return new ApiClient(this.#connection.server, this.#connection.ca, identity);
  }

  /** The same server, acting as a user with groups. */
  impersonate(user: string, ...groups: string[]): ApiClient {
    return this.as({ ...this.#identity, user, groups });
  }

  /** The same server, acting as the same user with something that an authenticator adds. */
  withExtra(key: string, value: string): ApiClient {
    return this.as({ ...this.#identity, extra: { ...this.#identity.extra, [key]: value } });
  }

  /** Any request: the way to what the methods below do not cover. */
  async send<T = KubernetesObject>(call: JsonRequest): Promise<T> {
    const { status, body } = await sendJson(this.#connection, call);
    if (status < 200 || status > 299) throw new ApiFailure(call, status, body);
    return body as T;
  }

  /** Any request, with the answer as it is: refusals and warnings, too. */
  async ask(call: JsonRequest): Promise<JsonReply> {
    return sendJson(this.#connection, call);
  }

  async get<T = KubernetesObject>(ref: ObjectRef): Promise<T> {
    return this.send({ method: "GET", path: await this.path(ref) });
  }

  /** As `get`, but answers undefined when the object is not there. */
  async find<T = KubernetesObject>(ref: ObjectRef): Promise<T | undefined> {
    try {
      return await this.get<T>(ref);
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 404) return undefined;
      throw error;
    }
  }

  async list<T = KubernetesObject>(apiVersion: string, kind: string, options: ListOptions = {}): Promise<T[]> {
    const path = await this.path({ apiVersion, kind, name: "", ...options });
    const query = options.labelSelector ? `?labelSelector=${encodeURIComponent(options.labelSelector)}` : "";
    const { items } = await this.send<{ items: T[] }>({ method: "GET", path: path + query });
    return items;
  }

  async create<T = KubernetesObject>(object: KubernetesObject, options: WriteOptions = {}): Promise<T> {
    const path = await this.path({ ...refOf(object), name: "" });
    return this.send({ method: "POST", path: `${path}?fieldManager=${options.manager ?? "test"}`, body: object });
  }

  /** Server-side apply. */
  async apply<T = KubernetesObject>(object: KubernetesObject, options: WriteOptions = {}): Promise<T> {
    const { manager = "test", force = false, ...part } = options;
    const path = await this.path({ ...refOf(object), ...part });
    const query = `?fieldManager=${manager}&force=${force}`;
    return this.send({ method: "PATCH", path: path + query, body: object, contentType: "application/apply-patch+yaml" });
  }

  async mergePatch<T = KubernetesObject>(ref: ObjectRef, patch: unknown, options: Pick<WriteOptions, "manager"> = {}): Promise<T> {
    const path = `${await this.path(ref)}?fieldManager=${options.manager ?? "test"}`;
    return this.send({ method: "PATCH", path, body: patch, contentType: "application/merge-patch+json" });
  }

  async replace<T = KubernetesObject>(object: KubernetesObject, options: WriteOptions = {}): Promise<T> {
    const path = `${await this.path(refOf(object))}?fieldManager=${options.manager ?? "test"}`;
    return this.send({ method: "PUT", path, body: object });
  }

  /** Deletes in the background; answers the object or Status that the server sent. */
  async delete<T = KubernetesObject>(ref: ObjectRef): Promise<T> {
    return this.send({ method: "DELETE", path: await this.path(ref) });
  }

  /** A token of a ServiceAccount by TokenRequest; `lifetime` in seconds, at least 600. */
  async createToken(namespace: string, name: string, lifetime = 3600): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: lifetime } };
    const { status } = await this.send<{ status: { token: string } }>({ method: "POST", path, body });
    return status.token;
  }

  /** URL path of an object, or of its collection when `name` is empty. */
  async path(ref: ObjectRef): Promise<string> {
    const resource = await this.#resource(ref.apiVersion, ref.kind);
    const scope = resource.namespaced && ref.namespace ? ["namespaces", ref.namespace] : [];
    const segments = [...scope, resource.name, ref.name, ref.subresource ?? ""].filter((segment) => segment !== "");
    return [root(ref.apiVersion), ...segments.map(encodeURIComponent)].join("/");
  }

  async #resource(apiVersion: string, kind: string): Promise<Resource> {
    const key = `${apiVersion}/${kind}`;
    const known = this.#resources.get(key);
    if (known) return known;
    const { resources } = await this.send<{ resources: Resource[] }>({ method: "GET", path: root(apiVersion) });
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));
    if (!found) throw new Error(`the server knows no kind ${kind} in ${apiVersion}`);
    this.#resources.set(key, found);
    return found;
  }
}

function root(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Where an object that names itself is found. */
export function refOf(object: KubernetesObject): ObjectRef {
  const { apiVersion = "", kind = "", metadata = {} } = object;
  return { apiVersion, kind, name: metadata.name ?? "", ...(metadata.namespace ? { namespace: metadata.namespace } : {}) };
}

function headersOf({ token, user, groups, extra = {} }: Identity): Connection["headers"] {
  return {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(user ? { "impersonate-user": user } : {}),
    ...(groups?.length ? { "impersonate-group": groups } : {}),
    ...Object.fromEntries(Object.entries(extra).map(([key, value]) => [`impersonate-extra-${encodeURIComponent(key)}`, value])),
  };
}

/** Says what the rest of the house sees of the cluster kernel, and what its parts see of each other. */
import type { Json, JsonObject } from "../api/json.ts";
import type { JsonPatchOperation } from "../api/json-patch.ts";
import type { KubernetesObject } from "../api/object.ts";

/** Where objects of a kind live in the API. */
export interface ResourceType {
  readonly apiVersion: string;
  /** Plural name as in URLs. */
  readonly resource: string;
  readonly namespaced: boolean;
}

/** One object in the API. `namespace` is ignored for cluster-scoped kinds. */
export interface ObjectTarget {
  readonly type: ResourceType;
  readonly namespace?: string;
  readonly name: string;
  readonly subresource?: string;
}

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Path with leading slash, each segment already escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: Json;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** What is to be answered; default `application/json`. */
  readonly accept?: string;
  /** Milliseconds from getting a slot until the request fails with reason "Timeout"; default 30,000. For a stream: until it opens. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /**
   * Called when the connection stands and the first byte is next, also before a repeat. An ApiError that it throws keeps the request
   * from being sent.
   */
  readonly before?: () => void;
  /** Called with the texts of the `Warning` headers of an answer with status 2xx, before the request resolves. */
  readonly onWarnings?: (texts: readonly string[]) => void;
}

/** A watch or a streaming list: frames as they arrive. */
export interface FrameStream {
  /** One JSON document per line; ends when the server ends the response, throws ApiError on a cut or stall. */
  readonly frames: AsyncIterable<JsonObject>;
  /** Ends the response; safe to call twice. */
  close(): void;
}

/** The wire. Throws only ApiError (see errors.ts). Requests wait for a free slot (bounded concurrency); streams do not count. */
export interface Transport {
  request(request: ApiRequest): Promise<KubernetesObject>;
  /** `idleTimeout`: milliseconds without a byte after which the stream fails. */
  stream(request: ApiRequest, idleTimeout: number): Promise<FrameStream>;
  close(): Promise<void>;
}

/** Everything that changes the cluster goes through here. */
export interface Writer {
  /** Makes an object that must not be there yet; answers it as stored. Throws 409 if there is one of that name, 400 for a field that the server does not know. */
  create(target: ObjectTarget, manifest: JsonObject): Promise<KubernetesObject>;
  /** Server-side apply with our field manager and force; answers the object as stored. */
  apply(target: ObjectTarget, manifest: JsonObject): Promise<KubernetesObject>;
  /** What the API server would warn of if this were applied, by a dry run: the same request, judged by the same rules, that stores nothing. */
  rehearse(target: ObjectTarget, manifest: JsonObject): Promise<readonly string[]>;
  /** JSON Patch of exactly this state of an object, for what no apply can remove; answers the object as stored. Throws 409 if the state is another. */
  patch(target: ObjectTarget, operations: readonly JsonPatchOperation[], resourceVersion: string): Promise<KubernetesObject>;
  /**
   * Deletes exactly this object in exactly this state; NotFound counts as done. Answers the object as stored if it is still there, terminating: its
   * finalizers may keep it at work for any time. Undefined when it is gone.
   */
  delete(
    target: ObjectTarget,
    preconditions: { readonly uid: string; readonly resourceVersion: string },
  ): Promise<KubernetesObject | undefined>;
}

/** Identity of what a store keeps. */
export interface Stored {
  /** "" for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/**
 * Keeps a projection of each object of one kind. Older states never replace newer ones: a write's answer may be put in
 * at once, and the watch events that lag behind it change nothing (KEP-5504: resourceVersions of a kind compare).
 */
export interface Store<T extends Stored> {
  get(namespace: string, name: string): T | undefined;
  /** All objects of a namespace ("" for cluster-scoped kinds), by name. */
  list(namespace: string): ReadonlyMap<string, T>;
  namespaces(): Iterable<string>;
  readonly size: number;
  /** Puts in what a write of ours answered. */
  observe(object: KubernetesObject): void;
  /** Notes that a delete of ours succeeded: late events of this uid are ignored. */
  observeDeleted(namespace: string, name: string, uid: string): void;
  /** Replaces a stored projection by one of the same uid and resourceVersion; no change is signalled. */
  refine(value: T): void;
}

/** That a kind cannot be followed at present. */
export interface FeedFailure {
  /** Milliseconds of the kernel's clock, at the first failure since the kind was last followed; causes may have changed meanwhile. */
  readonly since: number;
  /** HTTP status of the latest cause: 403 where the permission is missing; 0 where no answer came, or none that can be used. */
  readonly status: number;
  /** One sentence; the same cause gives the same sentence. */
  readonly message: string;
}

/** One kind being followed. */
export interface Feed<T extends Stored> {
  readonly store: Store<T>;
  /** True from the first complete list on. */
  readonly synced: boolean;
  /** Undefined while the kind is followed; from the first attempt on that failed until a watch stays up. A kind that may be absent does not fail by being so. */
  readonly failure: FeedFailure | undefined;
  /** Why the kind is not followed, in one sentence, also that nothing serves it; undefined while it works. */
  readonly problem: string | undefined;
  /** False while the API server is known not to have the kind. */
  readonly served: boolean;
}

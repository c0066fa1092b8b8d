/** Turns kinds and objects into URLs of the Kubernetes API, and URLs back into resource names. */
import type { ObjectTarget, ResourceType } from "./types.ts";

/** Path of a group and version: `/api/v1` for the core group, `/apis/<group>/<version>` for all others. */
export function groupVersionPath(apiVersion: string): string {
  const segments = apiVersion.split("/").map(encodeURIComponent);
  return segments.length === 1 ? `/api/${segments[0]}` : `/apis/${segments.join("/")}`;
}

/** Path of all objects of a kind; without a namespace those of all namespaces. A namespace is ignored for cluster-scoped kinds. */
export function collectionPath(type: ResourceType, namespace?: string): string {
  const scope = type.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${groupVersionPath(type.apiVersion)}${scope}/${encodeURIComponent(type.resource)}`;
}

/** Path of one object or its subresource. Names keep their case: those of RBAC objects may have capitals. */
export function objectPath(target: ObjectTarget): string {
  const path = `${collectionPath(target.type, target.namespace)}/${encodeURIComponent(target.name)}`;
  return target.subresource === undefined ? path : `${path}/${encodeURIComponent(target.subresource)}`;
}

/** What a path is about. */
export interface PathInfo {
  /** `roles`, `securitybaselines/status`; "" for a path outside the groups, such as discovery. */
  readonly resource: string;
  /** False for a collection. */
  readonly named: boolean;
}

/** Subresources of a Namespace: after `namespaces/<name>` any other word is a namespaced resource (apiserver `RequestInfoFactory`). */
const NAMESPACE_SUBRESOURCES = new Set(["status", "finalize"]);

/** Reads resource and subresource from a path, for metrics: names of objects and namespaces do not appear in the answer. */
export function pathInfo(path: string): PathInfo {
  const [root, ...rest] = path.split("/").slice(1);
  const segments = rest.slice(root === "api" ? 1 : 2);
  const inNamespace = segments[0] === "namespaces" && segments[2] !== undefined && !NAMESPACE_SUBRESOURCES.has(segments[2]);
  const [resource = "", name, subresource] = inNamespace ? segments.slice(2) : segments;
  return { resource: subresource === undefined ? resource : `${resource}/${subresource}`, named: name !== undefined };
}

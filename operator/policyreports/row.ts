/** Reads what is kept of a policy report in the cluster: whose it is, and a digest of what of it would be ours. PURE. */
import { hash } from "node:crypto";
import type { Json } from "../api/json.ts";
import { API_VERSION, REPORT_LABEL, REPORTS_FIELD_MANAGER } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Stored } from "../cluster/types.ts";
import { canonicalJson } from "../kinds/canonical.ts";
import { REPORT_LABELS } from "./report.ts";

/** A report of the one name that is ours, whoever made it. */
export interface ReportRow extends Stored {
  /** It carries our label, or we have applied it: nobody takes it from us by one edit. */
  readonly ours: boolean;
  /** See `contentOf`. */
  readonly content: string;
}

export function projectReport(object: KubernetesObject): ReportRow {
  const { namespace = "", name = "", uid = "", resourceVersion = "", labels = {}, managedFields = [] } = object.metadata ?? {};
  const ours = REPORT_LABEL in labels || managedFields.some(({ manager }) => manager === REPORTS_FIELD_MANAGER);
  return { namespace, name, uid, resourceVersion, ours, content: contentOf(object) };
}

/** Digest of all that we write of a report. What others add beside it, labels and owners among it, does not count. */
export function contentOf({ metadata = {}, source, summary, results }: KubernetesObject): string {
  const labels = Object.keys(REPORT_LABELS).map((key) => metadata.labels?.[key] ?? null);
  const owners = metadata.ownerReferences?.filter(({ apiVersion }) => apiVersion === API_VERSION) ?? [];
  const written = [labels, owners, source ?? null, summary ?? null, results ?? null];
  return hash("sha256", canonicalJson(written as Json), "base64url");
}

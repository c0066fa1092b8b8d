/** Runs `break-glass list`, which shows who asked for what, how far it is, and what is missing. */
import { visible } from "../../api/visible.ts";
import { type ClusterOptions, withCluster } from "../cluster-access.ts";
import type { CommandIo } from "../io.ts";
import { printJson } from "../manifest-text.ts";
import { printTable, shortened } from "../visible-text.ts";
import { requestsEverywhere } from "./everywhere.ts";
import { cautionAbout, isOpen, listRequests, phaseOf, type StoredBreakGlassRequest, standing } from "./objects.ts";

/** Characters of a reason that are shown: enough to tell requests apart. */
const REASON_LENGTH = 60;

/** Namespaces that are named among those left out. */
const NAMED = 5;

export interface ListOptions extends ClusterOptions {
  readonly allNamespaces: boolean;
  /** Requests that are over, too. */
  readonly all: boolean;
}

/**
 * Prints the requests of a namespace, or of all where the user may list them: open ones first, the newest first among equals.
 * @returns exit code: 0 fine, 2 refused, 3 cannot reach the cluster
 */
export function runList(options: ListOptions, io: CommandIo): Promise<number> {
  return withCluster(options, io, async ({ transport, namespace }) => {
    const { requests, leftOut } = options.allNamespaces
      ? await requestsEverywhere(transport)
      : { requests: await listRequests(transport, namespace), leftOut: [] };
    if (leftOut.length > 0) io.stderr(omission(leftOut));
    const shown = requests.filter((request) => options.all || isOpen(request)).sort(inOrder);
    io.stdout(PRINTERS[options.output](shown, emptyText(options, namespace)));
    return 0;
  });
}

/** Some names tell what kind of namespaces they are; all of them would hide what is shown. */
function omission(namespaces: readonly string[]): string {
  const some = namespaces.slice(0, NAMED).join(", ");
  const more = namespaces.length > NAMED ? ` and ${namespaces.length - NAMED} more` : "";
  return visible(`left out, because you may not list their requests: ${some}${more}`).concat("\n");
}

type Printer = (requests: readonly StoredBreakGlassRequest[], empty: string) => string;

const PRINTERS: Readonly<Record<ListOptions["output"], Printer>> = {
  json: (items) => printJson({ apiVersion: "v1", kind: "List", items }),
  text: (requests, empty) => (requests.length > 0 ? printTable([HEADER, ...requests.map(cells)]) : empty),
};

function emptyText({ all, allNamespaces }: ListOptions, namespace: string): string {
  return `no ${all ? "" : "open "}requests${allNamespaces ? "" : ` in namespace ${namespace}`}\n`;
}

const HEADER = ["NAMESPACE", "NAME", "WHO", "PROFILE", "PHASE", "UNTIL", "REASON", "STANDING"];

function cells(request: StoredBreakGlassRequest): readonly string[] {
  const { metadata, spec, status } = request;
  const ended = isOpen(request) ? undefined : status?.endedAt;
  return [
    metadata.namespace,
    metadata.name,
    spec.requester?.username ?? "?",
    spec.profile + (spec.bypass ? " (bypass)" : "") + (spec.drill ? " (drill)" : ""),
    phaseOf(request),
    ended ?? status?.deadline ?? status?.pendingUntil ?? "?",
    shortened(spec.reason, REASON_LENGTH),
    // How an active one is used is told to whoever asked for it; here it would hide what is missing from the others.
    status?.phase === "Active" ? (cautionAbout(request) ?? "") : standing(request),
  ];
}

function inOrder(a: StoredBreakGlassRequest, b: StoredBreakGlassRequest): number {
  const byStanding = Number(isOpen(b)) - Number(isOpen(a));
  return byStanding || compare(b.metadata.creationTimestamp, a.metadata.creationTimestamp) || compare(identity(a), identity(b));
}

function identity({ metadata }: StoredBreakGlassRequest): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Timestamps of the API server are of one form, so that their order is that of their text. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

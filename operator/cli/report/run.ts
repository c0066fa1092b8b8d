/** Runs `securitybaseline report`: reads what the report is about with the rights of whoever asks, and prints it. */
import { type ClusterOptions, withCluster } from "../cluster-access.ts";
import type { CommandIo } from "../io.ts";
import { printJson } from "../manifest-text.ts";
import { versionText } from "../version.ts";
import { readLists } from "./lists.ts";
import { makeReport } from "./make-report.ts";
import { printReportPage } from "./page.ts";
import type { Report } from "./report.ts";

export interface ReportOptions extends Omit<ClusterOptions, "output"> {
  readonly allNamespaces: boolean;
  readonly breakGlassNamespace: string;
  readonly output: "html" | "json";
}

const PRINTERS: Readonly<Record<ReportOptions["output"], (report: Report) => string>> = { html: printReportPage, json: printJson };

/**
 * Prints the report on a namespace or on all, as far as the caller may read; what they may not read is said in it.
 * @returns exit code: 0 fine, 2 nothing may be read, 3 cannot reach the cluster
 */
export function runReport(options: ReportOptions, io: CommandIo): Promise<number> {
  const { output, allNamespaces, breakGlassNamespace, ...cluster } = options;
  return withCluster(
    { ...cluster, output: output === "json" ? "json" : "text" },
    io,
    async ({ transport, namespace, credentials, serverNow }) => {
      const place = { namespace: allNamespaces ? undefined : namespace, breakGlassNamespace };
      const lists = await readLists(transport, place);
      const report = makeReport(lists, place, { cluster: credentials.server.host, now: serverNow() ?? Date.now(), program: versionText() });
      io.stdout(PRINTERS[output](report));
      return 0;
    },
  );
}

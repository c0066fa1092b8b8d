/** Declares the words and flags of `securitybaseline audit ...`. */
import type { Command } from "commander";
import { API_VERSION } from "../api/names.ts";
import type { ResourceType } from "../cluster/types.ts";
import { runAuditExport, runAuditVerify } from "./audit.ts";
import { readEvidence } from "./audit-evidence.ts";
import { addBreakGlassNamespaceFlag } from "./break-glass/flags.ts";
import { type ClusterOptions, listAll, withCluster } from "./cluster-access.ts";
import { addClusterFlags } from "./cluster-flags.ts";
import { processIo } from "./io.ts";

const ENTRIES: ResourceType = { apiVersion: API_VERSION, resource: "breakglassauditentries", namespaced: true };

interface AuditFlags extends Pick<ClusterOptions, "kubeconfig" | "context"> {
  readonly breakGlassNamespace: string;
  readonly heads?: string;
}

type Audit = (options: Parameters<typeof runAuditVerify>[0], io: typeof processIo) => Promise<number>;

/** Adds `audit` and its commands. */
export function addAuditCommands(root: Command): void {
  const group = root.command("audit").description("check and export the ledger of emergency access");
  addAudit(
    group.command("verify").description("check the chain, requests and decisions against it, and exported heads"),
    runAuditVerify,
  ).option("--heads <file>", "lines that the operator printed; - for standard input");
  addAudit(group.command("export").description("print all entries in order, one JSON object per line"), runAuditExport);
}

function addAudit(command: Command, run: Audit): Command {
  return addBreakGlassNamespaceFlag(addClusterFlags(command)).action(
    async ({ breakGlassNamespace: namespace, heads, ...flags }: AuditFlags) => {
      process.exitCode = await withCluster({ ...flags, namespace, output: "text" }, processIo, (cluster) =>
        run(
          {
            list: () => listAll(cluster.transport, ENTRIES, namespace),
            heads,
            evidence: (namespaces) => readEvidence(cluster, namespaces),
          },
          processIo,
        ),
      );
    },
  );
}

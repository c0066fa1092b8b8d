/** Declares the words and flags of `securitybaseline break-glass ...`. */
import { homedir } from "node:os";
import { delimiter, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { DecisionKind } from "../../api/break-glass-decision.ts";
import type { ClusterOptions } from "../cluster-access.ts";
import { addClusterFlags, addOutputFlag } from "../cluster-flags.ts";
import { processIo } from "../io.ts";
import { addObjectLabelsFlag } from "../object-labels.ts";
import type { CustomResourcesOptions } from "./custom-resources.ts";
import type { DecideOptions } from "./decide.ts";
import {
  addBreakGlassFlags,
  addBreakGlassNamespaceFlag,
  addUnboundedRolesFlag,
  apiGroups,
  type BreakGlassFlags,
  breakGlassSettings,
} from "./flags.ts";
import type { ListOptions } from "./list.ts";
import type { OfflineOptions } from "./offline.ts";
import { invocationOf } from "./plugin-answer.ts";
import { pluginCommand } from "./plugin-command.ts";
import { cacheHome } from "./private-file.ts";
import type { RequestOptions } from "./request.ts";

/** Where a request is, as the flags say it. */
interface PlaceFlags extends ClusterOptions {
  readonly breakGlassNamespace: string;
  readonly cluster?: boolean;
}

const DECISIONS: readonly { readonly word: string; readonly decision: DecisionKind; readonly description: string }[] = [
  { word: "approve", decision: "Approve", description: "approve a request of somebody else" },
  { word: "deny", decision: "Deny", description: "deny a request" },
  { word: "revoke", decision: "Revoke", description: "end access that is in use" },
  { word: "withdraw", decision: "Withdraw", description: "take back a request of your own" },
  { word: "review", decision: "Review", description: "close access that is over, after looking at what was done with it" },
];

/** Adds `break-glass` and its commands; `programFile` is the file that was started. */
export function addBreakGlassCommands(root: Command, programFile: string): void {
  const group = root.command("break-glass").description("ask for emergency access, decide on it, use it");
  addAsking(group);
  addShow(group);
  for (const kind of DECISIONS) addDecision(group, kind);
  addCredential(group, programFile);
  addOffline(group);
  addInstallation(group);
  addCustomResources(group);
}

function addAsking(group: Command): void {
  addPlaceFlags(group.command("can").description("show the emergency access that you may ask for or decide on")).action(
    async (flags: PlaceFlags) => {
      const { runCan } = await import("./can.ts");
      process.exitCode = await runCan({ ...flags, ...place(flags) }, processIo);
    },
  );
  addPlaceFlags(group.command("request").description("ask for emergency access"))
    .requiredOption("--profile <name>", "profile of the namespace's baseline")
    .requiredOption("--for <duration>", "how long, for example 30m")
    .requiredOption("--reason <text>", "why, in 20 characters or more")
    .option("--ticket <id>", "ticket of the incident")
    .option("--bypass", "skip the approval, where the profile lets you")
    .option("--start-at <time>", "begin then and not at once, for example 2026-11-24T22:00:00Z, at most seven days ahead")
    .option("--drill", "practice: everything happens, but the role has no rights")
    .option("--extends <name>", "earlier request whose access goes on under this one")
    .option("--name <name>", "name of the request")
    .option("--wait", "wait until it can be used or is over")
    .action(async (flags: PlaceFlags & RequestOptions) => {
      const { runRequest } = await import("./request.ts");
      process.exitCode = await runRequest({ ...flags, ...place(flags) }, processIo);
    });
  addPlaceFlags(group.command("list").description("list requests, open ones first"))
    .option("-A, --all-namespaces", "of all namespaces", false)
    .option("--all", "those that are over, too", false)
    .action(async (flags: PlaceFlags & ListOptions) => {
      const { runList } = await import("./list.ts");
      process.exitCode = await runList({ ...flags, ...place(flags) }, processIo);
    });
}

function addShow(group: Command): void {
  addPlaceFlags(group.command("show").description("show one request: who, why, which rights, until when, what was decided"))
    .argument("<name>", "name of the request")
    .action(async (name: string, flags: PlaceFlags) => {
      const { breakGlassNamespace } = flags;
      const { runShow } = await import("./show.ts");
      process.exitCode = await runShow({ ...place(flags), breakGlassNamespace, name }, processIo);
    });
}

function addDecision(group: Command, { word, decision, description }: (typeof DECISIONS)[number]): void {
  const command = addPlaceFlags(group.command(word).description(description))
    .argument("<name>", "name of the request")
    .option("--comment <text>", "for whoever reads the ledger later");
  if (decision === "Approve") {
    command
      .option("--for <duration>", "approve for this long at most, for example 20m")
      .option("-y, --yes", "do not show the request and ask once more, as it does on a terminal");
  }
  command.action(async (name: string, flags: PlaceFlags & DecideOptions) => {
    const { runDecide } = await import("./decide.ts");
    process.exitCode = await runDecide(decision, { ...flags, ...place(flags), name }, processIo);
  });
}

function addCredential(group: Command, programFile: string): void {
  addPlaceFlags(group.command("credential").description("print the token of a request's grant, as kubectl asks its plugins for it"))
    .argument("<name>", "name of the request")
    .option("--print-kubeconfig", "print a kubeconfig that uses this command", false)
    .action(async (name: string, flags: PlaceFlags & { readonly printKubeconfig: boolean }) => {
      const { printKubeconfig, breakGlassNamespace } = flags;
      const plugin = { command: pluginCommand(programFile), source: source(flags) };
      const cache = { cacheHome: cacheHome(process.env, homedir()), invocation: invocationOf(process.argv.slice(2), process.env) };
      const options = { ...place(flags), name, printKubeconfig, breakGlassNamespace, ...plugin, ...cache };
      const { runCredential } = await import("./credential.ts");
      process.exitCode = await runCredential(options, processIo);
    });
}

function addOffline(group: Command): void {
  addUnboundedRolesFlag(
    addObjectLabelsFlag(addPlaceFlags(group.command("offline").description("print a grant for custodians to make by hand"))),
  )
    .requiredOption("--role <name>", "ClusterRole to grant")
    .requiredOption("--user <name>", "who gets it, as the API server knows them")
    .requiredOption("--for <duration>", "how long, for example 30m")
    .option("--reason <text>", "printed above the objects")
    .option("--now <time>", "RFC 3339 time, where the API server cannot be asked for it")
    .action(async (flags: PlaceFlags & OfflineOptions & Pick<BreakGlassFlags, "objectLabels" | "breakGlassUnboundedRoles">) => {
      if (!flags.cluster && flags.namespace === undefined) group.error("error: say where: --namespace NS or --cluster", { exitCode: 2 });
      const scope = flags.cluster ? "cluster" : { namespace: flags.namespace ?? "" };
      const { breakGlassNamespace: namespace, breakGlassUnboundedRoles: unboundedRoles, objectLabels } = flags;
      const settings = { namespace, unboundedRoles, objectLabels };
      const { runOffline } = await import("./offline.ts");
      process.exitCode = await runOffline({ ...flags, scope, settings }, processIo);
    });
}

function addInstallation(group: Command): void {
  addBreakGlassFlags(group.command("installation").description("print namespace, roles and policies for these settings"))
    .addOption(new Option("-o, --output <format>", "form of the answer").choices(["yaml", "json"]).default("yaml"))
    .action(async (flags: BreakGlassFlags & { readonly output: "yaml" | "json" }) => {
      const { runInstallation } = await import("./installation.ts");
      runInstallation(breakGlassSettings(flags), flags.output, processIo);
    });
}

function addCustomResources(group: Command): void {
  const description = "print what lets emergency access to the cluster, as sb-cluster-admin, work on its custom resources";
  addOutputFlag(addClusterFlags(group.command("custom-resources").description(description)))
    .addOption(
      new Option("--without <groups>", "API groups to leave out, with commas between them").argParser(apiGroups).default([], "none"),
    )
    .action(async (flags: CustomResourcesOptions) => {
      const { runCustomResources } = await import("./custom-resources.ts");
      process.exitCode = await runCustomResources(flags, processIo);
    });
}

function addPlaceFlags(command: Command): Command {
  return addBreakGlassNamespaceFlag(addOutputFlag(addClusterFlags(command)))
    .option("-n, --namespace <name>", "namespace of the request; default: that of the context")
    .addOption(new Option("--cluster", "the whole cluster instead of a namespace").conflicts("namespace"));
}

function place({ kubeconfig, context, output, ...flags }: PlaceFlags): ClusterOptions {
  return { kubeconfig, context, output, namespace: flags.cluster ? flags.breakGlassNamespace : flags.namespace };
}

/** With absolute paths: a plugin runs in whatever folder kubectl does. */
function source({ kubeconfig }: PlaceFlags) {
  const files = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  return {
    kubeconfig: kubeconfig === undefined ? undefined : resolve(kubeconfig),
    environment: files.map((file) => resolve(file)).join(delimiter),
  };
}

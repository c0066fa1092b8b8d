/** Declares the flags that say which cluster a command works on, and in which form it answers. */
import { type Command, Option } from "commander";

/** Adds the flags that find the cluster. */
export function addClusterFlags(command: Command): Command {
  return command
    .option("--kubeconfig <file>", "kubeconfig; default: $KUBECONFIG or ~/.kube/config")
    .option("--context <name>", "context of the kubeconfig; default: its current one");
}

/** Adds the flag for the form of the answer. */
export function addOutputFlag(command: Command): Command {
  return command.addOption(new Option("-o, --output <format>", "form of the answer").choices(["text", "json"]).default("text"));
}

/** Reads the flag for the namespace in which Falco runs, whose rules `render` prints. */
import { type Command, InvalidArgumentError, Option } from "commander";

/** As Kubernetes names namespaces (RFC 1123 label). */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Adds the flag; a bad value is a usage error. */
export function addFalcoNamespaceFlag(command: Command): Command {
  return command.addOption(
    new Option(
      "--falco-namespace <namespace>",
      "print the rules that section runtime asks of Falco, as one Rulesfile in this namespace, and nothing else",
    ).argParser(namespaceName),
  );
}

function namespaceName(text: string): string {
  if (NAMESPACE.test(text)) return text;
  throw new InvalidArgumentError('write the namespace in which Falco runs: at most 63 lower-case letters, digits and "-"');
}

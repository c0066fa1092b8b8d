/** Reads the flag for labels that an installation wants on every object that the operator makes. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { ObjectLabels } from "../breakglass/types.ts";

/** What the labels must be, wherever they are written; expressions that RE2 takes, too. */
export const OBJECT_LABEL_RULES = {
  /** Labels at most. */
  most: 16,
  key: /^(?<domain>[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
  /** Characters of a key's domain and the slash after it. */
  longestDomain: "/".length + 253,
  value: /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/,
  /** By labels of these domains, and of domains inside them, Kubernetes and people's tools decide what becomes of an object. */
  deciding: /^([^/]*\.)?(kubernetes\.io|k8s\.io|securitybaseline\.dev|argoproj\.io|fluxcd\.io|helm\.sh|openshift\.io)\//,
  /** Recommended labels that only describe (Kubernetes, "Recommended Labels"). Argo CD tracks by `instance`, and every tool claims `managed-by`. */
  describing: /^app\.kubernetes\.io\/(name|version|component|part-of)$/,
} as const;

const RULES = OBJECT_LABEL_RULES;

/** Adds the flag; a bad value is a usage error. */
export function addObjectLabelsFlag(command: Command): Command {
  return command.addOption(
    new Option("--object-labels <labels>", "labels for every object that is made, as key=value with commas between them")
      .argParser(objectLabels)
      .default({}, "none"),
  );
}

/** Sorted: the order of a flag must not change the policies. Throws InvalidArgumentError. */
function objectLabels(text: string): ObjectLabels {
  const pairs = text === "" ? [] : text.split(",").map(pair);
  const keys = new Set(pairs.map(([key]) => key));
  if (keys.size < pairs.length) throw new InvalidArgumentError("write each key once");
  if (pairs.length > RULES.most) throw new InvalidArgumentError(`write at most ${RULES.most} labels`);
  return Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function pair(text: string): readonly [string, string] {
  const [key = "", value, ...more] = text.split("=");
  if (value === undefined || more.length > 0) throw new InvalidArgumentError("write key=value, with commas between labels");
  const { domain = "" } = RULES.key.exec(key)?.groups ?? { domain: "" };
  if (!RULES.key.test(key) || domain.length > RULES.longestDomain) {
    throw new InvalidArgumentError(
      `${key} is no label key: write at most 63 letters, digits, "-", "_" and ".", after a DNS name and "/" if needed`,
    );
  }
  if (RULES.deciding.test(key) && !RULES.describing.test(key)) {
    throw new InvalidArgumentError(
      `${key} decides something for Kubernetes or another tool: choose a key of your own domain, such as company.example/cost-center`,
    );
  }
  if (!RULES.value.test(value))
    throw new InvalidArgumentError(`${value} is no label value: write at most 63 letters, digits, "-", "_" and "."`);
  return [key, value];
}

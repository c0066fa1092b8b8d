/** Writes the checks of the chart's values that a schema cannot put into words: each refuses with a sentence that says what to write. */
import { INSTALLATION_LABELS, KUBERNETES_NAMESPACES, OPERATOR_NAMESPACE } from "../../../operator/api/installation.ts";
import { CAP_RULE, LONGEST_CAP, NAME_RULES, type NameRule, SHORTEST_CAP } from "../../../operator/cli/break-glass/flags.ts";
import { OBJECT_LABEL_RULES } from "../../../operator/cli/object-labels.ts";

const IMAGE: Readonly<Record<string, NameRule>> = {
  "image.repository": {
    pattern: /^[a-z0-9][\w.:/-]*$/,
    asked: "registry and name, without tag and digest, such as registry.example.com/team/operator",
  },
  "image.tag": { pattern: /^([\w][\w.-]{0,127})?$/, asked: "a tag, such as 0.1.0, and a digest as image.digest" },
  "image.digest": { pattern: /^(sha256:[0-9a-f]{64})?$/, asked: "sha256: and 64 hexadecimal digits, as make image prints it" },
};

/** What the template of the Deployment includes first; names are checked before they get into an expression. */
export function checks(): string {
  return `{{- define "securitybaseline.checks" -}}
{{- if ne .Release.Namespace "${OPERATOR_NAMESPACE}" }}
{{- fail "install into the namespace ${OPERATOR_NAMESPACE} (--namespace ${OPERATOR_NAMESPACE}): the policies that confine the operator know it by that name" }}
{{- end }}
${Object.entries(IMAGE)
  .map(([path, rule]) => named(path, rule))
  .join("\n")}
${named("breakGlass.namespace", NAME_RULES.namespace)}
{{- if has .Values.breakGlass.namespace (list ${quoted([OPERATOR_NAMESPACE, ...KUBERNETES_NAMESPACES])}) }}
{{- fail (printf "breakGlass.namespace: %q has another use: write the name of a namespace for emergency access alone" .Values.breakGlass.namespace) }}
{{- end }}
${eachNamed("breakGlass.roles", NAME_RULES.role)}
${eachNamed("breakGlass.unboundedRoles", NAME_RULES.role)}
${eachNamed("breakGlass.custodians", NAME_RULES.group)}
${duration("breakGlass.maxDuration")}
${objectLabels("objectLabels")}
{{- range $key, $value := .Values.podLabels }}
{{- if has $key (list ${quoted([...Object.keys(INSTALLATION_LABELS), "app.kubernetes.io/component"])}) }}
{{- fail (printf "podLabels: %q selects the operator's pods: choose another key" $key) }}
{{- end }}
{{- end }}
{{- end }}
`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(" ");
}

function named(path: string, rule: NameRule): string {
  const ifEmpty = rule.pattern.test("") ? "" : `{{- else }}\n{{- fail "${path} is empty: write ${rule.asked}" }}\n`;
  return `{{- with .Values.${path} }}\n${refusal(path, rule)}\n${ifEmpty}{{- end }}`;
}

/** The operator gets lists with commas between the entries. */
function eachNamed(path: string, rule: NameRule): string {
  return `{{- range .Values.${path} }}\n${refusal(path, rule, `(contains "," .)`)}\n{{- end }}`;
}

function refusal(path: string, { pattern, except, asked }: NameRule, also = "false"): string {
  const excepted = except === undefined ? "false" : `(regexMatch \`${except.source}\` .)`;
  return `{{- if or (not (regexMatch \`${pattern.source}\` .)) ${excepted} ${also} }}
{{- fail (printf "${path}: %q is refused: write ${asked}" .) }}
{{- end }}`;
}

function duration(path: string): string {
  const seconds = `(include "securitybaseline.seconds" . | int)`;
  return `{{- with .Values.${path} }}
{{- if or (not (regexMatch \`${CAP_RULE.pattern.source}\` .)) (lt ${seconds} ${SHORTEST_CAP}) (gt ${seconds} ${LONGEST_CAP}) }}
{{- fail (printf "${path}: %q is refused: write ${CAP_RULE.asked}" .) }}
{{- end }}
{{- end }}`;
}

function objectLabels(path: string): string {
  const { most, key, longestDomain, value, deciding, describing } = OBJECT_LABEL_RULES;
  return `{{- if gt (len .Values.${path}) ${most} }}
{{- fail "${path}: write at most ${most} labels" }}
{{- end }}
{{- range $key, $value := .Values.${path} }}
{{- if or (not (regexMatch \`${key.source}\` $key)) (gt (len (regexFind "^[^/]*/" $key)) ${longestDomain}) }}
{{- fail (printf "${path}: %q is no label key: write at most 63 letters, digits, -, _ and ., after a DNS name and / if needed" $key) }}
{{- end }}
{{- if and (regexMatch \`${deciding.source}\` $key) (not (regexMatch \`${describing.source}\` $key)) }}
{{- fail (printf "${path}: %q decides something for Kubernetes or another tool: choose a key of your own domain, such as company.example/cost-center" $key) }}
{{- end }}
{{- if not (regexMatch \`${value.source}\` $value) }}
{{- fail (printf "${path}: %q is no label value: write at most 63 letters, digits, -, _ and ." $value) }}
{{- end }}
{{- end }}`;
}

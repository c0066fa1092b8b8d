/** Writes the named templates of the chart: names and numbers as policies need them, the image, and the operator's flags. */
import { UNBOUNDED_OF_KUBERNETES } from "../../../operator/breakglass/allowed-roles.ts";
import { isStated } from "./deployment.ts";
import { FLAG_VALUES, type FlagValue } from "./values.ts";

/** What templates of policies, rights and Deployment include. */
export function helpers(): string {
  return `{{- /* Names as the operator reads them from a flag: sorted, each once. Takes a list, answers JSON. */}}
{{- define "securitybaseline.names" -}}
{{- . | uniq | sortAlpha | toJson }}
{{- end }}

{{- /* ClusterRoles that may be granted anywhere, as JSON: what is known by name to be unbounded is left out. */}}
{{- define "securitybaseline.boundedRoles" -}}
{{- $unbounded := concat .Values.breakGlass.unboundedRoles (list ${UNBOUNDED_OF_KUBERNETES.map((name) => `"${name}"`).join(" ")}) }}
{{- $bounded := list }}
{{- range include "securitybaseline.names" .Values.breakGlass.roles | fromJsonArray }}
{{- if not (has . $unbounded) }}{{ $bounded = append $bounded . }}{{ end }}
{{- end }}
{{- $bounded | toJson }}
{{- end }}

{{- /* The entries of a CEL list. Takes JSON. No name that passes the checks needs an escape. */}}
{{- define "securitybaseline.quoted" -}}
{{- range $index, $name := fromJsonArray . }}{{ if $index }}, {{ end }}'{{ $name }}'{{ end }}
{{- end }}

{{- /* A CEL map. */}}
{{- define "securitybaseline.celMap" -}}
{{- $pairs := list }}
{{- range $key, $value := . }}{{ $pairs = append $pairs (printf "'%s': '%s'" $key $value) }}{{ end }}
{{- printf "{%s}" (join ", " $pairs) }}
{{- end }}

{{- /* Seconds of a duration such as 1h30m. */}}
{{- define "securitybaseline.seconds" -}}
{{- $hours := regexFind "[0-9]+h" . | trimSuffix "h" | default "0" | int }}
{{- $minutes := regexFind "[0-9]+m" . | trimSuffix "m" | default "0" | int }}
{{- add (mul $hours 3600) (mul $minutes 60) }}
{{- end }}

{{- define "securitybaseline.image" -}}
{{- $tag := .Values.image.tag }}
{{- if not (or $tag .Values.image.digest) }}{{ $tag = .Chart.AppVersion }}{{ end }}
{{- .Values.image.repository }}{{ with $tag }}:{{ . }}{{ end }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- /* Flags that differ from what the operator does anyway. */}}
{{- define "securitybaseline.args" -}}
${FLAG_VALUES.filter(({ flag }) => !isStated(flag))
  .map(flagLines)
  .join("\n")}
${WEBHOOKS.map(({ path, flag, variable }) => `{{- if .Values.${path}.secretName }}\n- ${flag}=$(${variable})\n{{- end }}`).join("\n")}
{{- end }}

{{- define "securitybaseline.env" -}}
${WEBHOOKS.map(webhookLines).join("\n")}
{{- end }}
`;
}

/** Kubernetes puts the addresses into the flags: they stand in no manifest. */
const WEBHOOKS = [
  { path: "breakGlass.webhook", flag: "--break-glass-webhook", variable: "BREAK_GLASS_WEBHOOK" },
  { path: "breakGlass.headsWebhook", flag: "--break-glass-heads-webhook", variable: "BREAK_GLASS_HEADS_WEBHOOK" },
] as const;

function webhookLines({ path, variable }: (typeof WEBHOOKS)[number]): string {
  return `{{- with .Values.${path} }}
{{- if .secretName }}
- name: ${variable}
  valueFrom:
    secretKeyRef:
      name: {{ .secretName | toJson }}
      key: {{ .secretKey | toJson }}
{{- end }}
{{- end }}`;
}

/** A group may be called `$(NAME)`, and Kubernetes would fill in a variable. */
function flagLines({ flag, path, form, default: usual }: FlagValue): string {
  const value = `.Values.${path}`;
  const names = `include "securitybaseline.names" ${value}`;
  const lines: Readonly<Record<FlagValue["form"], readonly [when: string, text: string]>> = {
    switch: [value, `- ${flag}`],
    text: [`ne ${value} ${JSON.stringify(usual)}`, `- {{ printf "${flag}=%s" ${value} | toJson }}`],
    list: [
      `ne (${names}) \`${JSON.stringify(usual)}\``,
      `- {{ printf "${flag}=%s" (${names} | fromJsonArray | join ",") | replace "$(" "$$(" | toJson }}`,
    ],
    labels: [
      value,
      `{{- $pairs := list }}\n{{- range $key, $value := ${value} }}{{ $pairs = append $pairs (printf "%s=%s" $key $value) }}{{ end }}\n- {{ printf "${flag}=%s" (join "," $pairs) | toJson }}`,
    ],
  };
  const [when, text] = lines[form];
  return `{{- if ${when} }}\n${text}\n{{- end }}`;
}

/** Makes the template of the operator's Deployment: the hand-written manifest, with the chart's values in their places. */
import { stringify } from "yaml";
import type { JsonObject } from "../../../operator/api/json.ts";
import { container, deployment } from "./manager.ts";
import type { Node } from "./node.ts";
import { FLAG_VALUES } from "./values.ts";

/** Writes the lines of a place that only Helm can fill, from what stands before it on its line, and how far that is indented. */
type Place = (before: string, indent: number) => string;
/** Puts a place into the manifest. */
type Mark = (place: Place) => string;

const MARK = "chart-place-";

/** The lines of the template. */
export function deploymentTemplate(): readonly Node[] {
  const places: Place[] = [];
  const mark: Mark = (place) => `${MARK}${places.push(place) - 1}`;
  const { metadata, spec } = deployment.spec.template;
  const labels = { ...metadata.labels, more: mark(entries(".Values.podLabels | toYaml", ".Values.podLabels")) };
  const template = {
    metadata: { ...metadata, labels, annotations: mark(field("podAnnotations")) },
    spec: { ...spec, ...podFields(mark), containers: [containerFields(mark)] },
  };
  const manifest = { ...deployment, spec: { ...deployment.spec, replicas: mark(value("int .Values.replicas")), template } };
  const lines = stringify(manifest, { lineWidth: 0 }).trimEnd().split("\n");
  return lines.map((line) => filled(line, places));
}

function podFields(mark: Mark): JsonObject {
  const names = ["imagePullSecrets", "nodeSelector", "tolerations", "affinity", "topologySpreadConstraints", "priorityClassName"];
  return Object.fromEntries(names.map((name) => [name, mark(field(name))]));
}

function containerFields(mark: Mark): JsonObject {
  return {
    ...container,
    image: mark(value(`include "securitybaseline.image" . | toJson`)),
    imagePullPolicy: mark(field("image.pullPolicy")),
    args: [...container.args.map((text) => argument(text, mark)), mark(entries(`include "securitybaseline.args" .`))],
    env: [...container.env, mark(entries(`include "securitybaseline.env" .`))],
    resources: mark(field("resources")),
  };
}

/** A flag that the manifest states stays as it is, unless the chart lets people change it. */
function argument(text: string, mark: Mark): string {
  const [flag = ""] = text.split("=");
  const known = FLAG_VALUES.find((one) => one.flag === flag);
  return known === undefined ? text : mark(value(`printf "${flag}=%s" .Values.${known.path} | toJson`));
}

/** A value that is always there. */
function value(expression: string): Place {
  return (before) => `${before}{{ ${expression} }}`;
}

/** A field that is there where its value is not empty. */
function field(path: string): Place {
  return (before, indent) => `{{- with .Values.${path} }}\n${before.trimEnd()}\n{{- toYaml . | nindent ${indent + 2} }}\n{{- end }}`;
}

/** Further entries of a list or a map, where there are any. */
function entries(lines: string, where = lines): Place {
  return (_before, indent) => `{{- if ${where} }}\n{{- ${lines} | nindent ${indent} }}\n{{- end }}`;
}

function filled(line: string, places: readonly Place[]): string {
  const [before = "", index] = line.split(MARK);
  const place = index === undefined ? undefined : places[Number(index)];
  return place === undefined ? line : place(before, line.length - line.trimStart().length);
}

/** Whether the shipped manifest states a flag: then the chart does not add it. */
export function isStated(flag: string): boolean {
  return container.args.some((text) => text.split("=")[0] === flag);
}

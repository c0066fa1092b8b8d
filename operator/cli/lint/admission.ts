/** Tells for `lint` and `render` which objects in some files the baselines beside them would not admit, by the policies of the API server and in their words. PURE. */
import type { AdmissionSection } from "../../api/baseline-admission.ts";
import type { KubernetesObject } from "../../api/object.ts";
import { namespacePosture, type Posture } from "../../api/postures.ts";
import { ourKind, validate, withDefaults } from "../../api/validate.ts";
import { visible } from "../../api/visible.ts";
import { admission } from "../../controls/admission/admission.ts";
import { effective } from "../../controls/effective.ts";
import { answerTo, isJudged } from "../../policies/admission/answer.ts";
import type { SourceDocument } from "../documents.ts";
import { sentObject, withDefaultClass } from "../sent-object.ts";
import { shortened } from "../visible-text.ts";

/** An object that would not be admitted. */
export interface Told {
  readonly document: SourceDocument;
  /** In one line, with the object's kind and name. */
  readonly text: string;
  /** The API server would refuse it; otherwise it only warns. */
  readonly isRefused: boolean;
}

/** An object that was not judged. */
export interface Unjudged extends Pick<Told, "document" | "text"> {
  readonly isRefused?: undefined;
}

/** What is told of the objects beside baselines. */
export interface Admission {
  readonly told: readonly Told[];
  /** Objects of which nothing is known, and why. */
  readonly unjudged: readonly Unjudged[];
}

/** A baseline, and what it asks for. */
interface Home {
  readonly document: SourceDocument;
  readonly namespace: string | undefined;
  /** Undefined if its section `admission` is not in use. */
  readonly asks: Asked | "NotKnown" | undefined;
}

/** A section `admission` in use. */
interface Asked {
  readonly mode: "Enforce" | "Report";
  readonly section: AdmissionSection;
}

/** Stands in messages for the name of a namespace that no file tells. */
const NAMELESS = "this namespace";

/** Baselines that a sentence names. */
const MOST_NAMED = 3;

/** Characters of a name. The longest that Kubernetes takes has 253. */
const LONGEST_NAME = 253;

/** Judges what is to be made at this time, in milliseconds since the epoch. Objects without a namespace belong to that of the only baseline of their file. */
export function lintAdmission(documents: readonly SourceDocument[], now: number): Admission {
  const homes = documents.flatMap(homeIn);
  if (!homes.some(isAsking)) return { told: [], unjudged: [] };
  const known = indexOf(homes);
  const about = documents.flatMap((document) => judge(document, known, now) ?? []);
  return { told: about.filter((one) => one.isRefused !== undefined), unjudged: about.filter((one) => one.isRefused === undefined) };
}

/** What is told of an object, or why nothing is known of it; undefined if there is nothing to tell. */
function judge(document: SourceDocument, homes: HomeIndex, now: number): Told | Unjudged | undefined {
  const object = sentObject(document.value);
  if (object === undefined || !isJudged(object)) return undefined;
  const home = homeOf(object, document, homes);
  if (typeof home === "string") return { document, text: visible(`${nameOf(object)} is not judged by spec.admission: ${home}`) };
  return home && toldOf(object, document, { home, now });
}

function homeIn(document: SourceDocument): readonly Home[] {
  const { value } = document;
  if (ourKind(value) !== namespacePosture.kind) return [];
  const baseline = value as Posture;
  const namespace = namespaceOf(baseline);
  if (validate(namespacePosture.kind, value).length > 0) {
    // What it will ask for once it is valid, nobody knows.
    return [{ document, namespace, asks: baseline.spec?.admission === undefined ? undefined : "NotKnown" }];
  }
  const { sections } = effective(namespacePosture.kind, baseline, namespace ?? NAMELESS);
  const found = sections.find(({ control }) => control.name === admission.name);
  return [{ document, namespace, asks: found && { mode: found.mode, section: found.value as AdmissionSection } }];
}

function isAsking({ asks }: Home): boolean {
  return asks !== undefined;
}

function namespaceOf({ metadata }: { readonly metadata?: { readonly namespace?: unknown } }): string | undefined {
  const namespace = metadata?.namespace;
  return typeof namespace === "string" && namespace !== "" ? namespace : undefined;
}

/** Baselines by what is asked for them, so that many files take no more than their number. */
interface HomeIndex {
  readonly all: Candidates;
  readonly byFile: ReadonlyMap<string, Candidates>;
  /** Of those that name no namespace: undefined. */
  readonly byNamespace: ReadonlyMap<string | undefined, Candidates>;
}

/** Baselines that may be an object's. */
interface Candidates {
  readonly homes: readonly Home[];
  readonly isAsking: boolean;
}

const NONE: Candidates = { homes: [], isAsking: false };

function indexOf(homes: readonly Home[]): HomeIndex {
  const grouped = <K>(groups: Map<K, Home[]>) => new Map([...groups].map(([key, group]) => [key, candidates(group)]));
  return {
    all: candidates(homes),
    byFile: grouped(Map.groupBy(homes, ({ document }) => document.file)),
    byNamespace: grouped(Map.groupBy(homes, ({ namespace }) => namespace)),
  };
}

function candidates(homes: readonly Home[]): Candidates {
  return { homes, isAsking: homes.some(isAsking) };
}

/** The baseline of the object's namespace, or why that is not known; undefined if none asks for anything there. */
function homeOf(object: KubernetesObject, { file }: SourceDocument, index: HomeIndex): Home | string | undefined {
  const namespace = namespaceOf(object);
  const { homes, isAsking } = namespace === undefined ? (index.byFile.get(file) ?? index.all) : within(namespace, index);
  const [home] = homes;
  if (home === undefined || !isAsking) return undefined;
  const named = placesOf(homes);
  if (homes.length > 1 && namespace === undefined) return `it names no namespace, and there are several baselines: ${named}`;
  if (homes.length > 1) return `there are several baselines that may be the one of its namespace: ${named}`;
  if (namespace !== undefined && home.namespace === undefined) return `the baseline at ${named} names no namespace`;
  return home.asks === "NotKnown" ? `the baseline at ${named} is not valid` : home;
}

function within(namespace: string, { byNamespace }: HomeIndex): Candidates {
  return byNamespace.get(namespace) ?? byNamespace.get(undefined) ?? NONE;
}

function toldOf(
  object: KubernetesObject,
  document: SourceDocument,
  { home, now }: { readonly home: Home; readonly now: number },
): Told | undefined {
  const { asks, namespace = NAMELESS } = home;
  if (asks === undefined || asks === "NotKnown") return undefined;
  const baseline = withDefaults(home.document.value);
  const place = { namespace, baseline, mode: asks.mode, now: new Date(now).toISOString() };
  const answer = answerTo(withDefaultClass(object, asks.section), place);
  return answer && { document, text: visible(`${nameOf(object)}: ${answer.message}`), isRefused: answer.isRefused };
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  const { name, generateName } = (metadata ?? {}) as { readonly name?: unknown; readonly generateName?: unknown };
  const text = [name, generateName].find((one) => typeof one === "string" && one !== "");
  return `${kind} ${shortened(typeof text === "string" ? text : "without a name", LONGEST_NAME)}`;
}

function placeOf({ file, lineOf }: SourceDocument): string {
  return `${file}:${lineOf([])}`;
}

function placesOf(homes: readonly Home[]): string {
  const places = homes.slice(0, MOST_NAMED).map(({ document }) => placeOf(document));
  return `${places.join(", ")}${homes.length > MOST_NAMED ? ` and ${homes.length - MOST_NAMED} more` : ""}`;
}

/** Lists what `plan` needs to know of a cluster in as few requests as the caller's rights allow, and remembers what could not be listed. */
import type { KubernetesObject } from "../../api/object.ts";
import type { SectionProblem } from "../../api/reasons.ts";
import { visible } from "../../api/visible.ts";
import { isServed } from "../../cluster/discovery.ts";
import { ApiError } from "../../cluster/errors.ts";
import { listInPages, type Selection } from "../../cluster/list.ts";
import { objectPath } from "../../cluster/paths.ts";
import type { ResourceType, Transport } from "../../cluster/types.ts";
import { resourceName } from "../../kinds/kind.ts";

/** Objects of one kind in one place, or why they are not known. */
export interface Reading {
  readonly objects: readonly KubernetesObject[];
  /** False if the API server does not have the kind. */
  readonly served: boolean;
  /** Undefined if all objects are known. */
  readonly problem: SectionProblem | undefined;
}

/** Readings of one kind by namespace. */
export type Readings = ReadonlyMap<string, Reading>;

/** Objects per page. */
const PAGE = 500;

const ABSENT: Reading = { objects: [], served: false, problem: undefined };

/** A kind of which the objects of some namespaces are wanted. */
export type NamespacedType = ResourceType & { readonly optional?: boolean };

/**
 * Lists a kind in these namespaces: in one request for all, or, where the caller may not do that, namespace by namespace.
 * @throws ApiError if the API server does not answer, or of a kind that every cluster has answers something else than a refusal
 */
export async function readNamespaced(transport: Transport, type: NamespacedType, namespaces: readonly string[]): Promise<Readings> {
  const [namespace, ...others] = new Set(namespaces);
  if (namespace === undefined) return new Map();
  if (others.length === 0) return new Map([[namespace, await readSelected(transport, { type, namespace })]]);
  return (await readEverywhere(transport, type, { namespaces, isWanted: () => false })).within;
}

/** Objects of one kind, of some namespaces and of others. */
export interface Everywhere {
  readonly within: Readings;
  /** Wanted objects of all other namespaces. */
  readonly elsewhere: Reading;
}

/**
 * Lists a kind in all namespaces in one request: all objects of these, and of others those that are wanted. Where the caller may not do that, namespace by
 * namespace: then the others are not known.
 * @throws ApiError see `readNamespaced`
 */
export async function readEverywhere(
  transport: Transport,
  type: NamespacedType,
  { namespaces, isWanted }: { readonly namespaces: readonly string[]; readonly isWanted: (object: KubernetesObject) => boolean },
): Promise<Everywhere> {
  const wanted = new Set(namespaces);
  const isWithin = ({ metadata }: KubernetesObject): boolean => wanted.has(metadata?.namespace ?? "");
  const all = await tryList(transport, { type }, (object) => isWithin(object) || isWanted(object));
  if (!isForbidden(all)) {
    return { within: spread(all, wanted), elsewhere: { ...all, objects: all.objects.filter((object) => !isWithin(object)) } };
  }
  if (!(await mayBeServed(transport, type))) return { within: spread(ABSENT, wanted), elsewhere: ABSENT };
  const each = [...wanted].map(async (namespace): Promise<[string, Reading]> => [namespace, await tryList(transport, { type, namespace })]);
  return { within: new Map(await Promise.all(each)), elsewhere: all };
}

/** Lists a kind that lives in no namespace, or the objects of one selection. @throws ApiError see `readNamespaced` */
export async function readSelected(transport: Transport, selection: Wanted): Promise<Reading> {
  const reading = await tryList(transport, selection);
  return isForbidden(reading) && !(await mayBeServed(transport, selection.type)) ? ABSENT : reading;
}

/**
 * Lists a kind that findings judge, by namespace, or outside of all namespaces by "". `same`: readings of the kind that shows the same objects; where it is
 * served, this one counts as absent.
 * @throws ApiError see `readNamespaced`
 */
export async function readJudged(
  transport: Transport,
  type: NamespacedType,
  { namespaces, same }: { readonly namespaces: readonly string[]; readonly same: Promise<Readings> | undefined },
): Promise<Readings> {
  const places = type.namespaced ? namespaces : [""];
  const isSeen = [...((await same)?.values() ?? [])].some(({ served }) => served);
  if (isSeen) return new Map(places.map((place) => [place, ABSENT]));
  return type.namespaced ? readNamespaced(transport, type, namespaces) : new Map([["", await readSelected(transport, { type })]]);
}

/**
 * Reads the objects of these names of a kind that lives in no namespace: one by its name, several by a list, or name by name where that is refused, because
 * whoever may read in a namespace alone may read the Namespace, too.
 * @throws ApiError see `readNamespaced`
 */
export async function readNamed(transport: Transport, type: ResourceType, names: readonly string[]): Promise<Readings> {
  const wanted = new Set(names);
  if (wanted.size > 1) {
    const all = await tryList(transport, { type }, ({ metadata }) => wanted.has(metadata?.name ?? ""));
    if (!isForbidden(all)) {
      const own = (name: string) => all.objects.filter(({ metadata }) => metadata?.name === name);
      return new Map([...wanted].map((name) => [name, { ...all, objects: own(name) }]));
    }
  }
  return new Map(
    await Promise.all([...wanted].map(async (name): Promise<[string, Reading]> => [name, await tryGet(transport, type, name)])),
  );
}

function isForbidden({ problem }: Reading): boolean {
  return problem?.reason === "Forbidden";
}

function spread(reading: Reading, namespaces: Iterable<string>): Readings {
  const objects = Map.groupBy(reading.objects, ({ metadata }) => metadata?.namespace ?? "");
  return new Map([...namespaces].map((namespace) => [namespace, { ...reading, objects: objects.get(namespace) ?? [] }]));
}

type Wanted = Selection & { readonly type: NamespacedType };

async function tryList(
  transport: Transport,
  selection: Wanted,
  isWanted: (object: KubernetesObject) => boolean = () => true,
): Promise<Reading> {
  let objects: KubernetesObject[] = [];
  const options = { transport, selection, pageSize: PAGE, signal: new AbortController().signal };
  const put = (object: KubernetesObject): void => {
    if (isWanted(object)) objects.push(object);
  };
  try {
    await listInPages(options, () => {
      objects = [];
      return { put, drop: () => undefined, end: () => undefined };
    });
    return { objects, served: true, problem: undefined };
  } catch (error) {
    return refusal(error, selection);
  }
}

function placeOf({ type, namespace }: Wanted): string {
  if (!type.namespaced) return "";
  return namespace === undefined ? " in all namespaces" : ` in ${namespace}`;
}

async function tryGet(transport: Transport, type: ResourceType, name: string): Promise<Reading> {
  try {
    const object = await transport.request({ method: "GET", path: objectPath({ type, name }) });
    return { objects: [object], served: true, problem: undefined };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return { objects: [], served: true, problem: undefined };
    if (error instanceof ApiError && error.status === 403) return unknown("Forbidden", `you may not get ${resourceName(type)} ${name}`);
    throw error;
  }
}

/** A kind that nothing serves has no URL: 404. One of another project may be served by something that is down. */
function refusal(error: unknown, selection: Wanted): Reading {
  const { type } = selection;
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 404) return ABSENT;
  const what = `${resourceName(type)}${placeOf(selection)}`;
  if (error.status === 403) return unknown("Forbidden", `you may not list ${what}`);
  if (type.optional !== true || error.status < 500) throw error;
  return unknown("BackendUnavailable", `${what} cannot be listed: ${visible(error.message)}`);
}

function unknown(reason: SectionProblem["reason"], message: string): Reading {
  return { objects: [], served: true, problem: { reason, message } };
}

/** The API server refuses before it looks whether there is such a kind. Where that cannot be told either, the refusal is. */
async function mayBeServed(transport: Transport, type: ResourceType): Promise<boolean> {
  try {
    return await isServed(transport, type);
  } catch (error) {
    if (error instanceof ApiError && error.status > 0) return true;
    throw error;
  }
}

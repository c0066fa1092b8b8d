/** Says in plain words what a role lets somebody do, for whoever has to decide within seconds whether to hand it out. */

/** A rule of a role, as the API server answers it: any field may be missing. */
export interface RightsRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** Verbs in the order in which they are told. Others are told as they are called. */
const WORDS: Readonly<Record<string, string>> = {
  get: "read",
  list: "read",
  watch: "read",
  create: "make",
  update: "change",
  patch: "change",
  delete: "delete",
  deletecollection: "delete",
};

const READING = ["get", "list", "watch"];
const WRITING = ["create", "update", "patch", "delete", "deletecollection"];

interface Act {
  readonly phrase: string;
  /** Verbs with which it is done. */
  readonly verbs: readonly string[];
}

/** What is done through a subresource. */
const ACTS: Readonly<Record<string, Act>> = {
  exec: { phrase: "run commands in", verbs: ["get", "create"] },
  attach: { phrase: "attach to", verbs: ["get", "create"] },
  portforward: { phrase: "forward ports to", verbs: ["get", "create"] },
  proxy: { phrase: "send requests through", verbs: [...READING, ...WRITING] },
  log: { phrase: "read the logs of", verbs: ["get"] },
  eviction: { phrase: "evict", verbs: ["create"] },
  ephemeralcontainers: { phrase: "add containers to", verbs: ["update", "patch"] },
  scale: { phrase: "scale", verbs: ["update", "patch"] },
  token: { phrase: "make tokens of", verbs: ["create"] },
};

/** One line per kind of right, such as `read and delete: pods`, in the order of the rules; none for a role without rights. */
export function rightsInWords(rules: readonly RightsRule[]): readonly string[] {
  const told = Map.groupBy(rules.flatMap(sayingsOf), ({ phrase }) => phrase);
  return [...told].map(([phrase, sayings]) => `${phrase}: ${[...new Set(sayings.map(({ what }) => what))].join(", ")}`);
}

interface Saying {
  readonly phrase: string;
  readonly what: string;
}

function sayingsOf(rule: RightsRule): readonly Saying[] {
  const { apiGroups = [], resources = [], verbs = [], nonResourceURLs = [] } = rule;
  return [
    ...nonResourceURLs.map((path) => ({ phrase: phraseOf(verbs), what: path })),
    ...apiGroups.flatMap((group) => resources.map((resource) => sayingOf(rule, group, resource))),
  ];
}

function sayingOf({ verbs = [], resourceNames = [] }: RightsRule, group: string, resource: string): Saying {
  const [kind = "", subresource] = resource.split("/");
  const name = resource === "*" ? everythingIn(group) : kind + suffixOf(group);
  const what = resourceNames.length === 0 ? name : `${name} (only ${resourceNames.join(", ")})`;
  if (subresource === undefined) return { phrase: phraseOf(verbs), what };
  const act = Object.hasOwn(ACTS, subresource) ? ACTS[subresource] : undefined;
  const isDone = act !== undefined && (verbs.includes("*") || verbs.some((verb) => act.verbs.includes(verb)));
  return { phrase: isDone ? act.phrase : `${phraseOf(verbs)} the ${subresource} of`, what };
}

function phraseOf(verbs: readonly string[]): string {
  if (verbs.includes("*")) return "do anything with";
  const words = new Set(Object.keys(WORDS).flatMap((verb) => (verbs.includes(verb) ? [WORDS[verb] ?? verb] : [])));
  for (const verb of verbs) if (!Object.hasOwn(WORDS, verb)) words.add(verb);
  return inASentence([...words]);
}

function inASentence(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function everythingIn(group: string): string {
  if (group === "*") return "everything";
  return group === "" ? "everything of the core group" : `everything of ${group}`;
}

/** Kubernetes' own kinds are known by their name alone. */
function suffixOf(group: string): string {
  return group === "*" || !group.includes(".") || group.endsWith(".k8s.io") ? "" : `.${group}`;
}

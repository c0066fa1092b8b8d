/** Says in the words of the command line what the API server says of fields: whoever wrote flags never saw a field. */

/** The flag that fills in a field. */
interface Flag {
  readonly flag: string;
  /** What to write, for a field whose form the API server tells as a regular expression. */
  readonly form?: string;
}

type Flags = Readonly<Record<string, Flag>>;

const PROFILE: Flag = { flag: "--profile", form: "write the name of a profile, `securitybaseline break-glass can` lists them" };
const HOW_LONG: Flag = { flag: "--for", form: "write hours and minutes, for example 30m or 1h30m" };

/** Fields that flags of `request` fill in. Without --name, names are made from that of the profile. */
export function requestFlags({ name }: { readonly name?: string | undefined }): Flags {
  return {
    "metadata.generateName": PROFILE,
    "metadata.name": name === undefined ? PROFILE : { flag: "--name", form: "write lower-case letters, digits and -" },
    "spec.profile": PROFILE,
    "spec.duration": HOW_LONG,
    "spec.reason": { flag: "--reason" },
    "spec.ticket": { flag: "--ticket" },
    "spec.bypass": { flag: "--bypass" },
    "spec.startTime": { flag: "--start-at", form: "write a time like 2026-11-24T22:00:00Z" },
  };
}

/** Fields that flags of decisions fill in. */
export const DECISION_FLAGS: Flags = { "spec.maxDuration": HOW_LONG, "spec.comment": { flag: "--comment" } };

/** What is wrong with one field, as the API server says it, and what to write instead. */
const FINDINGS: readonly { readonly says: RegExp; advice(found: RegExpExecArray, flag: Flag): string }[] = [
  { says: /^Too short: .*?(\d+)|should be at least (\d+) chars long/, advice: ([, a, b]) => `write at least ${a ?? b} characters` },
  { says: /^Too long: .*?(\d+)|should be at most (\d+) chars long/, advice: ([, a, b]) => `write at most ${a ?? b} characters` },
  {
    says: / RFC 1123 |in body must be of type |in body should match '(.*)'/,
    advice: ([, pattern], { form }) => form ?? `write it like ${pattern ?? "a name"}`,
  },
  { says: /^(?:Invalid value|Unsupported value): (?:"(?:[^"\\]|\\.)*"|\S+): (.*)$/s, advice: ([, sentence = ""]) => sentence },
];

/** Rewords refusals that are about fields of these flags. */
export function inFlagWords(flags: Flags): (message: string) => string {
  const findings = (message: string): string => {
    const parts = message.replace(/^\[(.*)\]$/s, "$1").split(/, (?=(?:spec|metadata)\.\w+: )/);
    const byField = Map.groupBy(parts, (part) => flags[/^[\w.]+(?=: )/.exec(part)?.[0] ?? ""]?.flag ?? part);
    // The first thing to mend is enough: what is of no form breaks further rules.
    return [...byField.values()].map(([first = ""]) => advised(first, flags)).join("; ");
  };
  // A sentence of a policy names the field in passing, and what to do with it.
  const names = new RegExp(`(?<![\\w.])(?:${Object.keys(flags).join("|").replaceAll(".", "\\.")})(?![\\w.]*\\w)`, "g");
  return (message) => findings(message).replace(names, (field) => flags[field]?.flag ?? field);
}

function advised(part: string, flags: Flags): string {
  const [, field = "", finding = ""] = /^([\w.]+): (.*)$/s.exec(part) ?? [];
  const flag = Object.hasOwn(flags, field) ? flags[field] : undefined;
  if (flag === undefined) return part;
  for (const { says, advice } of FINDINGS) {
    const found = says.exec(finding);
    if (found !== null) return `${flag.flag}: ${advice(found, flag)}`;
  }
  return `${flag.flag}: ${finding}`;
}

/** What `lint` has to say, before it has a form: for text, JSON, GitHub and SARIF alike. */

/** `error`: the API server would refuse it, or it cannot be read; `warning`: it would be warned of; `note`: nothing is known of it. */
export type Level = "error" | "warning" | "note";

/** What a message rests on. */
export type RuleName = "Schema" | "Admission" | "NotJudged" | "Unreadable" | "NothingOfOurs";

export interface LintMessage {
  readonly rule: RuleName;
  readonly level: Level;
  /** As the user wrote it; "-" is standard input; undefined where it is about no file. */
  readonly file?: string | undefined;
  /** From 1; undefined where it is about the whole file. */
  readonly line?: number | undefined;
  /** The field that it is about. */
  readonly path?: string | undefined;
  /** The object that it is about, as `Kind namespace/name`: what stays the same when lines move. */
  readonly subject?: string | undefined;
  /** One sentence; may hold whatever files hold. */
  readonly text: string;
}

/** What each rule says, for who reads it elsewhere. */
export const RULES: Readonly<Record<RuleName, string>> = {
  Schema: "An object of securitybaseline.dev breaks its schema, or the rules in it.",
  Admission: "Section admission of the baseline does not admit an object.",
  NotJudged: "An object was not judged by section admission.",
  Unreadable: "Something cannot be read.",
  NothingOfOurs: "No file holds an object of securitybaseline.dev.",
};

/** `file:line: path: text`, as far as there is each of them. */
export function lineOf({ file, line, path, text }: LintMessage): string {
  const place = [file, line].filter((part) => part !== undefined).join(":");
  return [place, path ?? "", text].filter((part) => part !== "").join(": ");
}

/** What all commands that print SARIF 2.1.0 (OASIS) have in common: the log around the results, addresses, fingerprints and the escapes of messages. */
import { hash } from "node:crypto";
import { visible } from "../api/visible.ts";
import { printJson } from "./manifest-text.ts";
import { versionText } from "./version.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

export type SarifLevel = "error" | "warning" | "note";

/** What a log consists of, in the words of the specification. */
export interface SarifParts {
  readonly rules: readonly object[];
  readonly results: readonly object[];
  readonly notifications?: readonly object[];
  /** The command could do all that it was asked. */
  readonly isSuccessful: boolean;
}

/** One log with one run. */
export function sarifLog({ rules, results, notifications = [], isSuccessful }: SarifParts): string {
  return printJson({
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "securitybaseline", version: versionText(), rules } },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: isSuccessful, toolExecutionNotifications: notifications }],
        results,
      },
    ],
  });
}

/** Keeps a result the same for code scanning while only its line moves. */
export function fingerprints(identity: readonly string[]) {
  return { "securitybaseline/v1": hash("sha256", JSON.stringify(identity)) };
}

/** Where a result is; without a line it is about the whole file. */
export function physicalLocation(file: string, line: number | undefined) {
  return { artifactLocation: { uri: uriOf(file) }, ...(line !== undefined && { region: { startLine: line } }) };
}

/** A relative reference (RFC 3986), or an absolute one for an absolute path. */
function uriOf(file: string): string {
  if (file === "-") return "stdin";
  const path = file.replaceAll("\\", "/").replace(/^(\.\/+)+/, "");
  const escaped = path.split("/").map(escapedPart).join("/");
  return path.startsWith("/") ? `file://${escaped}` : escaped;
}

/** The name of a file may be no Unicode; what is no letter is shown as what it is. */
function escapedPart(part: string): string {
  return encodeURIComponent(part.toWellFormed());
}

/** In a message square brackets make a link and braces a placeholder (3.11.5, 3.11.6). */
export function plain(text: string): string {
  return visible(text)
    .replace(/[\\[\]]/g, "\\$&")
    .replace(/[{}]/g, "$&$&");
}

/** The page is named in the help: `helpUri` takes an absolute address only (3.49.12). */
export function helpOn(page: string) {
  return { text: `See ${page}`, markdown: `See [${page}](${page})` };
}

/** Begins the built program: serves its parts, which lie behind this text in the same file, one by one as they are imported. */
import { fstatSync, openSync, readSync } from "node:fs";
// As a whole: an older Node lacks names of it, and is to be told so.
import * as modules from "node:module";

/** Bytes from the beginning of a part to the end of the file, and how many of them are its own. */
interface Place {
  readonly fromEnd: number;
  readonly length: number;
}

/** The build writes them in: where each part is, which of them is the first, and what stands in them for the end of a comment. */
declare const PARTS: Readonly<Record<string, Place>>;
declare const FIRST_PART: string;
declare const COMMENT_END: string;

const OLDEST_NODE = 24;

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  process.stderr.write(`securitybaseline: needs Node ${OLDEST_NODE} or newer, this is ${process.version}\n`);
  process.exit(2);
}

// Open until the end: a file that is put in place of this one meanwhile has its parts elsewhere.
const file = openSync(import.meta.filename, "r");
const { size } = fstatSync(file);

function textOf({ fromEnd, length }: Place): string {
  const bytes = Buffer.allocUnsafe(length);
  readSync(file, bytes, 0, length, size - fromEnd);
  return bytes.toString("latin1").replaceAll(COMMENT_END, "*/");
}

/** Only the query differs, so that every part takes this file for its own. */
const address = `${import.meta.url}?part=`;

modules.registerHooks({
  resolve: (specifier, context, next) => {
    const part = specifier.replace(/^\.\//, "");
    if (!Object.hasOwn(PARTS, part) || !context.parentURL?.startsWith(import.meta.url)) return next(specifier, context);
    return { url: address + part, format: "module", shortCircuit: true };
  },
  load: (url, context, next) => {
    const place = url.startsWith(address) ? PARTS[url.slice(address.length)] : undefined;
    if (place === undefined) return next(url, context);
    return { format: "module", source: textOf(place), shortCircuit: true };
  },
});

await import(`./${FIRST_PART}`);

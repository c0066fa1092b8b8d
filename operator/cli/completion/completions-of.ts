/** Tells what a half-typed command line may go on with, from the tree of commands alone, for shells that complete it. PURE. */
import type { Argument, Command, Option } from "commander";
import { NAMES_OF_ARGUMENTS, NAMES_OF_FLAGS, type Names } from "./names-of-flags.ts";

/** Something that may stand at the cursor. */
export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** Where names are looked up, as the words before the cursor say it. */
export interface Place {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  /** With `--cluster` that of emergency access to the whole cluster. */
  readonly namespace: string | undefined;
  readonly breakGlassNamespace: string | undefined;
}

/** What may stand at the cursor: these words, a path of a file, or a name that somebody has to look up. */
export type Wanted =
  | { readonly kind: "Candidates"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "Files" }
  | { readonly kind: "Names"; readonly names: Names; readonly place: Place };

/** `prefix`: the beginning of the word that is no part of the value, as `--context=`. */
export interface Completion {
  readonly prefix: string;
  readonly wanted: Wanted;
}

const NOTHING: Wanted = { kind: "Candidates", candidates: [] };

/** A flag or an argument whose value is a file says so by what it calls the value. */
const FILE = /^(file|path)$/;

/** How far the words before the cursor were read. */
interface Reading {
  readonly command: Command;
  /** Values of flags by name of their attribute; "" for a flag without value. */
  readonly given: ReadonlyMap<string, string>;
  readonly operands: number;
  /** The flag whose value is next. */
  readonly awaits?: Option | undefined;
  /** The flag that takes further words as values, until one begins with a dash. */
  readonly takes?: Option | undefined;
  /** After `--` there are no flags. */
  readonly isPlain: boolean;
}

/** What the last of these words may become; the program's name is not among them. */
export function completionsOf(root: Command, words: readonly string[]): Completion {
  const start: Reading = { command: root, given: new Map(), operands: 0, isPlain: false };
  const reading = words.slice(0, -1).reduce(read, start);
  const word = words.at(-1) ?? "";
  if (reading.awaits !== undefined) return { prefix: "", wanted: valuesOf(reading.awaits, reading) };
  if (!reading.isPlain && word.startsWith("-")) return atFlag(word, reading);
  if (reading.takes !== undefined) return { prefix: "", wanted: valuesOf(reading.takes, reading) };
  return { prefix: "", wanted: operandOf(reading, word) };
}

function read(reading: Reading, word: string): Reading {
  const { awaits, takes, isPlain } = reading;
  if (awaits !== undefined) {
    return { ...reading, awaits: undefined, takes: awaits.variadic ? awaits : undefined, given: withValue(reading, awaits, word) };
  }
  if (!isPlain && isFlag(word)) return readFlag({ ...reading, takes: undefined }, word);
  return takes === undefined ? readOperand(reading, word) : reading;
}

/** A dash alone is standard input. */
function isFlag(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

function readFlag(reading: Reading, word: string): Reading {
  if (word === "--") return { ...reading, isPlain: true };
  const { option, value } = flagIn(reading.command, word);
  if (option === undefined) return reading;
  if (option.required && value === undefined) return { ...reading, awaits: option };
  return { ...reading, given: withValue(reading, option, value ?? "") };
}

function readOperand(reading: Reading, word: string): Reading {
  const { command, operands } = reading;
  const next = operands === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  return next === undefined ? { ...reading, operands: operands + 1 } : { ...reading, command: next };
}

function withValue({ given }: Reading, option: Option, value: string): Reading["given"] {
  return new Map([...given, [option.attributeName(), value]]);
}

interface Flag {
  readonly option: Option | undefined;
  /** What stands in the same word. */
  readonly value?: string | undefined;
}

/** The flag that a word is: `--name`, `--name=value`, `-n`, `-nvalue`, or several of one letter, of which the last one counts. */
function flagIn(command: Command, word: string): Flag {
  const [, long, value] = /^(--[^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (long !== undefined) return { option: command.options.find((option) => option.long === long), value };
  const option = command.options.find(({ short }) => short === word.slice(0, 2));
  const rest = word.slice(2);
  if (option === undefined || rest === "") return { option };
  return option.required ? { option, value: rest } : flagIn(command, `-${rest}`);
}

function atFlag(word: string, reading: Reading): Completion {
  const { option, value } = flagIn(reading.command, word);
  if (option === undefined || value === undefined) return { prefix: "", wanted: flagsOf(reading, word) };
  return { prefix: word.slice(0, word.length - value.length), wanted: option.required ? valuesOf(option, reading) : NOTHING };
}

function valuesOf(option: Option, reading: Reading): Wanted {
  if (option.argChoices !== undefined) return choices(option.argChoices);
  const names = NAMES_OF_FLAGS[option.long ?? ""];
  if (names !== undefined) return { kind: "Names", names, place: placeOf(reading) };
  return FILE.test(valueName(option)) ? { kind: "Files" } : NOTHING;
}

/** What the flag calls its value: `file` of `--kubeconfig <file>`. */
export function valueName({ flags }: Option): string {
  return /<([^>.]*)/.exec(flags)?.[1] ?? "";
}

function operandOf(reading: Reading, word: string): Wanted {
  const { command, operands, isPlain } = reading;
  if (command.commands.length > 0) return operands === 0 ? commandsOf(command) : NOTHING;
  const argument = command.registeredArguments[operands];
  if (argument !== undefined) return argumentOf(argument, reading);
  return isPlain ? NOTHING : flagsOf(reading, word);
}

function argumentOf(argument: Argument, reading: Reading): Wanted {
  if (argument.argChoices !== undefined) return choices(argument.argChoices);
  const names = NAMES_OF_ARGUMENTS[reading.command.name()];
  if (names !== undefined) return { kind: "Names", names, place: placeOf(reading) };
  return FILE.test(argument.name()) ? { kind: "Files" } : NOTHING;
}

function choices(values: readonly string[]): Wanted {
  return { kind: "Candidates", candidates: values.map((value) => ({ value })) };
}

function commandsOf(command: Command): Wanted {
  const visible = command.createHelp().visibleCommands(command);
  return { kind: "Candidates", candidates: visible.map((one) => ({ value: one.name(), description: one.description() })) };
}

/** One letter is offered to who has typed a dash. A flag without value says no more the second time. */
function flagsOf({ command, given }: Reading, word: string): Wanted {
  const options = command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => option.required || !given.has(option.attributeName()));
  const candidates = options.flatMap(({ long, short, description }) =>
    (word === "" ? [long] : [long, short]).flatMap((value) => (value ? [{ value, description }] : [])),
  );
  return { kind: "Candidates", candidates };
}

function placeOf({ command, given }: Reading): Place {
  const home = command.options.find((option) => option.attributeName() === "breakGlassNamespace");
  const breakGlassNamespace = given.get("breakGlassNamespace") ?? (home?.defaultValue as string | undefined);
  return {
    kubeconfig: given.get("kubeconfig"),
    context: given.get("context"),
    namespace: given.has("cluster") ? breakGlassNamespace : given.get("namespace"),
    breakGlassNamespace,
  };
}

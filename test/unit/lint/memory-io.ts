/** Stands in for the process around a command in a test: files by name, and what the command wrote. */
import type { CommandIo } from "../../../operator/cli/io.ts";

export interface MemoryIo extends CommandIo {
  readonly out: string[];
  readonly err: string[];
}

/** Files by name ("-" is standard input); any other name cannot be read. */
export function memoryIo(files: Readonly<Record<string, string | Uint8Array>>): MemoryIo {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out,
    err,
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    readFile: async (file) => {
      const content = files[file];
      if (content === undefined) throw new Error("no such file");
      return typeof content === "string" ? new TextEncoder().encode(content) : content;
    },
  };
}

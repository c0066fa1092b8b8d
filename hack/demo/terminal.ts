/** Prints what the demo says, never wider than a narrow terminal. */

const WIDTH = 120;

/** Prints a text; lines that are too long go on, indented, on the next line. */
export function print(text: string): void {
  for (const line of text.replace(/\n+$/, "").split("\n")) process.stdout.write(`${wrap(line, WIDTH).join("\n")}\n`);
}

/** Breaks a line at blanks, or inside a word that is longer than a line. */
export function wrap(line: string, width: number): string[] {
  const indent = `${/^ */.exec(line)?.[0] ?? ""}    `;
  const lines: string[] = [];
  let rest = line.trimEnd();
  while (rest.length > width) {
    const blank = rest.lastIndexOf(" ", width);
    const end = blank > indent.length ? blank : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

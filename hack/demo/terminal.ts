/** Prints the demo so that no line is wider than a narrow terminal. */

const WIDTH = 120;

/** Prints a text; lines that are too long go on, indented, on the next line. */
export function print(text: string): void {
  for (const line of text.replace(/\n+$/, "").split("\n")) process.stdout.write(`${wrap(line).join("\n")}\n`);
}

/** Breaks a line at blanks, or inside a word that is longer than a line. */
function wrap(line: string): string[] {
  const indent = `${/^ */.exec(line)?.[0] ?? ""}    `;
  const lines: string[] = [];
  let rest = line.trimEnd();
  while (rest.length > WIDTH) {
    const blank = rest.lastIndexOf(" ", WIDTH);
    const end = blank > indent.length ? blank : WIDTH;
    lines.push(rest.slice(0, end).trimEnd());
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** Says what is wrong with a picture (SVG) of the documentation, for the tests and for the site, which is not built then. */

/** Bytes. A picture is loaded with the README, by everybody, each time. */
const MOST_BYTES = 100_000;

interface Rule {
  readonly broken: (svg: string) => boolean;
  readonly says: string;
}

const RULES: readonly Rule[] = [
  { broken: (svg) => Buffer.byteLength(svg) > MOST_BYTES, says: `is larger than ${MOST_BYTES} bytes` },
  { broken: (svg) => !/<title\b[^>]*>[^<]+<\/title>/.test(svg), says: "has no <title>, which is read out to people who do not see it" },
  { broken: (svg) => !/<desc\b[^>]*>[^<]+<\/desc>/.test(svg), says: "has no <desc>, which is read out to people who do not see it" },
  { broken: (svg) => /<script\b|\son\w+\s*=|javascript:/i.test(svg), says: "runs a script" },
  {
    broken: (svg) => /(?:href|src)\s*=\s*["'](?!#)|url\(\s*["']?(?!#)|@import/i.test(svg),
    says: "loads something: everything must be in it",
  },
  { broken: (svg) => !/prefers-color-scheme:\s*dark/.test(svg), says: "has no colours for dark pages (prefers-color-scheme)" },
  {
    broken: (svg) => /animation|<animate/.test(svg) && !/prefers-reduced-motion/.test(svg),
    says: "moves also for people who asked for no motion (prefers-reduced-motion)",
  },
];

/** Problems of one picture, each one line as `file: what is wrong`. */
export function pictureProblems(path: string, svg: string): readonly string[] {
  return RULES.filter(({ broken }) => broken(svg)).map(({ says }) => `${path}: ${says}`);
}

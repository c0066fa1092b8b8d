/** Draws what a number of baselines costs, both axes logarithmic, so that whatever grows faster than the number is seen as a steeper line. */
import type { Size } from "./phases-result.ts";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 420, 70, 190, 20, 50];

/** One line of the picture. */
interface Line {
  readonly label: string;
  readonly colour: string;
  readonly of: (size: Size) => number;
}

const LINES: readonly Line[] = [
  { label: "memory, most, MiB", colour: "#0072b2", of: ({ creation }) => creation.memory.peak },
  { label: "memory at rest, MiB", colour: "#56b4e9", of: ({ restart }) => restart.idle },
  {
    label: "creation, operator, s",
    colour: "#d55e00",
    of: ({ creation, objects }) => ((creation.processor["operator"] ?? 0) * objects) / 1000,
  },
  {
    label: "creation, API server, s",
    colour: "#e69f00",
    of: ({ creation, objects }) => ((creation.processor["apiserver"] ?? 0) * objects) / 1000,
  },
  { label: "restart to ready, s", colour: "#009e73", of: ({ restart }) => restart.ready / 1000 },
];

/** The picture as SVG. The dashed line is what grows in proportion. */
export function costPlot(sizes: readonly Size[]): string {
  const xs = sizes.map(({ baselines }) => baselines);
  const all = LINES.flatMap(({ of }) => sizes.map(of));
  const x = scale(Math.min(...xs), Math.max(...xs), LEFT, WIDTH - RIGHT);
  const [low, high] = [10 ** Math.floor(Math.log10(Math.min(...all))), 10 ** Math.ceil(Math.log10(Math.max(...all)))];
  const y = scale(low, high, HEIGHT - BOTTOM, TOP);
  const decades = Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, index) => low * 10 ** index);
  const lines = LINES.map(({ label, colour, of }) => {
    const points = sizes.map((size) => `${x(size.baselines)},${y(of(size))}`).join(" ");
    const end = sizes.at(-1);
    const text = end && `<text x="${WIDTH - RIGHT + 8}" y="${y(of(end)) + 4}" style="fill: ${colour}">${label}</text>`;
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>${text}`;
  });
  const [first = 1, last = 1] = [xs[0], xs.at(-1)];
  const proportional = `<line x1="${x(first)}" y1="${y(low)}" x2="${x(last)}" y2="${y((low * last) / first)}" stroke="#999" stroke-dasharray="4 4"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" role="img">
<title>Cost against the number of baselines</title>
<desc>${described(sizes)}</desc>
<style>text { fill: #1f2328 } .grid { stroke: #d0d7de } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #3d444d } }</style>
${decades.map((value) => `<line x1="${LEFT}" y1="${y(value)}" x2="${WIDTH - RIGHT}" y2="${y(value)}" class="grid"/><text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`).join("\n")}
${xs.map((value) => `<line x1="${x(value)}" y1="${TOP}" x2="${x(value)}" y2="${HEIGHT - BOTTOM}" class="grid"/><text x="${x(value)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${value}</text>`).join("\n")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">baselines</text>
${proportional}
${lines.join("\n")}
</svg>
`;
}

/** Says what the lines show, for whoever does not see them. */
function described(sizes: readonly Size[]): string {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined) return "";
  const grown = LINES.map(({ label, of }) => `${label}: from ${of(first).toPrecision(3)} to ${of(last).toPrecision(3)}`);
  return `From ${first.baselines} to ${last.baselines} baselines. ${grown.join("; ")}.`;
}

function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  const span = Math.log10(to / from) || 1;
  return (value) => Math.round(start + ((end - start) * Math.log10(value / from)) / span);
}

/** Makes panels of a Grafana dashboard from a few words each, for the dashboard that `make generate` writes. */
import type { JsonObject } from "../../operator/api/json.ts";

/** One query of a panel; `legend` as Grafana writes it, with labels in double braces. */
export interface Query {
  readonly expr: string;
  readonly legend?: string;
}

export interface Panel {
  readonly title: string;
  /** What is seen, and what to make of it, one sentence or two. */
  readonly description: string;
  readonly kind: "stat" | "timeseries" | "table";
  /** Of the 24 columns of a dashboard. */
  readonly width: number;
  readonly queries: readonly Query[];
  /** Unit by Grafana's name; default `short`. */
  readonly unit?: string;
  /** From this value on a number is shown in red. */
  readonly badFrom?: number;
}

const COLUMNS = 24;
const HEIGHTS = { stat: 4, timeseries: 8, table: 8 } as const;
/** Grafana keeps the choice of the reader in this variable. */
export const DATASOURCE = { type: "prometheus", uid: "$datasource" };

const OPTIONS: Readonly<Record<Panel["kind"], JsonObject>> = {
  stat: { colorMode: "value", graphMode: "area", reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false } },
  timeseries: { legend: { displayMode: "list", placement: "bottom", showLegend: true }, tooltip: { mode: "multi", sort: "desc" } },
  table: { showHeader: true },
};

/** The panels as Grafana reads them, laid out in rows in their order. */
export function layOut(panels: readonly Panel[]): JsonObject[] {
  let [x, y] = [0, 0];
  return panels.map((panel, index) => {
    const height = HEIGHTS[panel.kind];
    if (x + panel.width > COLUMNS) [x, y] = [0, y + HEIGHTS[panels[index - 1]?.kind ?? panel.kind]];
    const gridPos = { x, y, w: panel.width, h: height };
    x += panel.width;
    return panelObject(panel, index + 1, gridPos);
  });
}

function panelObject(panel: Panel, id: number, gridPos: JsonObject): JsonObject {
  const { title, description, kind, queries, unit = "short" } = panel;
  return {
    id,
    type: kind,
    title,
    description,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0, ...thresholds(panel) }, overrides: [] },
    options: OPTIONS[kind],
    ...(kind === "table" && { transformations: [{ id: "merge", options: {} }, hiding(["Time", "Value"])] }),
    targets: queries.map((query, index) => target(query, "ABC".charAt(index), kind === "table")),
  };
}

function thresholds({ badFrom }: Panel): JsonObject {
  if (badFrom === undefined) return {};
  const steps = [
    { color: "green", value: null },
    { color: "red", value: badFrom },
  ];
  return { thresholds: { mode: "absolute", steps } };
}

function hiding(columns: readonly string[]): JsonObject {
  return { id: "organize", options: { excludeByName: Object.fromEntries(columns.map((column) => [column, true])) } };
}

function target({ expr, legend = "__auto" }: Query, refId: string, isTable: boolean): JsonObject {
  const form = isTable ? { format: "table", instant: true, range: false } : { format: "time_series", instant: false, range: true };
  return { refId, datasource: DATASOURCE, editorMode: "code", expr, legendFormat: legend, ...form };
}

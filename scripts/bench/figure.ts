/** What a figure should be, in its own unit. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** One measured promise. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "" | "µs" | "ms" | "s" | "MB" | "kB" | "1/s" | "1/min" | "x" | "%" | "events";
  readonly goal?: Goal;
  /** How the figure was measured. */
  readonly note?: string;
}

/** Null where there is no goal. */
export function isReached({ value, goal }: Figure): boolean | null {
  if (goal === undefined) return null;
  return "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
}

/** The figures as a table for people. */
export function table(figures: readonly Figure[]): string {
  const rows = [["figure", "measured", "goal", "ok", ""], ...figures.map(asRow)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => {
      const [name = "", measured = "", goal = "", ok = "", note = ""] = row;
      const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = widths;
      return `${name.padEnd(w0)}  ${measured.padStart(w1)}  ${goal.padStart(w2)}  ${ok.padEnd(w3)}  ${note}`.trimEnd();
    })
    .join("\n");
}

function asRow(figure: Figure): string[] {
  const { name, value, unit, goal, note = "" } = figure;
  const limit = goal === undefined ? "" : "atMost" in goal ? `<= ${goal.atMost} ${unit}` : `>= ${goal.atLeast} ${unit}`;
  const verdict = { true: "yes", false: "NO", null: "" }[String(isReached(figure)) as "true" | "false" | "null"];
  return [name, `${rounded(value)} ${unit}`.trimEnd(), limit.trimEnd(), verdict, note];
}

/** Such a measurement is good for three digits. */
export function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

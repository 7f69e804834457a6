/** The value below which `share` (0 to 1) of the values lie. @throws Error without values */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error("There is no percentile of nothing.");
  return value;
}

import type { TimeSpan } from "./history-models.ts";

/** The spans in order, those that touch or overlap as one, and nothing outside `window`. */
export function merged(spans: readonly TimeSpan[], window: TimeSpan): TimeSpan[] {
  const inside = spans
    .map(({ from, to }) => ({ from: Math.max(from, window.from), to: Math.min(to, window.to) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from);
  const found: TimeSpan[] = [];
  for (const span of inside) {
    const last = found.at(-1);
    if (last === undefined || span.from > last.to) found.push(span);
    else if (span.to > last.to) found[found.length - 1] = { from: last.from, to: span.to };
  }
  return found;
}

/** What of `window` lies between the spans, which are in order and do not touch. */
export function gaps(spans: readonly TimeSpan[], window: TimeSpan): TimeSpan[] {
  const edges = [window.from, ...spans.flatMap(({ from, to }) => [from, to]), window.to];
  const found: TimeSpan[] = [];
  for (let at = 0; at < edges.length; at += 2) {
    const [from = 0, to = 0] = [edges[at], edges[at + 1]];
    if (from < to) found.push({ from, to });
  }
  return found;
}

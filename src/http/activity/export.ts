import { once } from "node:events";
import type { Response } from "express";
import { csvHead, csvLines } from "../../activity/csv.ts";
import type { EventPage } from "../../activity/event-log.ts";

export const EXPORT_FORMATS = ["csv", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

interface Exported {
  /** @throws Problem `store_failed` */
  readonly read: (before: string | undefined) => EventPage;
  readonly accountName: (id: string) => string;
}

/** Sends all that `read` gives as a file, page by page: others get their turn in between. */
export async function sendExport(
  response: Response,
  format: ExportFormat,
  { read, accountName }: Exported,
): Promise<void> {
  // What fails now is still answered as a problem.
  let page = read(undefined);
  const isCsv = format === "csv";
  response.setHeader("Content-Type", isCsv ? "text/csv; charset=utf-8" : "application/json");
  response.setHeader("Content-Disposition", `attachment; filename="utec-gateway-activity.${format}"`);
  response.write(isCsv ? csvHead() : '{"events":[');
  let isFirst = true;
  for (;;) {
    const { events, next } = page;
    const json = events.map((event) => JSON.stringify(event)).join(",\n");
    const text = isCsv ? csvLines(events, accountName) : json === "" || isFirst ? json : `,\n${json}`;
    if (json !== "") isFirst = false;
    if (text !== "" && !response.write(text)) await Promise.race([once(response, "drain"), once(response, "close")]);
    await new Promise((resolve) => setImmediate(resolve));
    if (next === null || response.destroyed) break;
    page = read(next);
  }
  response.end(isCsv ? "" : "]}");
}

import type { Said } from "../said/said.ts";

/** What a report of a problem is made of, in the order in which it is read. */
export const REPORT_SECTIONS = [
  "versions",
  "health",
  "settings",
  "home_assistant",
  "accounts",
  "devices",
  "activity",
  "token_events",
  "log",
] as const;
export type ReportSectionId = (typeof REPORT_SECTIONS)[number];

export interface ReportSection {
  readonly id: ReportSectionId;
  /** How many things it tells of; null where it is not a list. */
  readonly count: number | null;
  /** As it goes into the file. Empty where it could not be read. */
  readonly text: string;
  /** Why it could not be read, in one sentence. */
  readonly problem: string | null;
  readonly said?: Said;
}

/** A report for a public place: no secret in it, and nobody's name, address or place. */
export interface Report {
  readonly made_at: number;
  readonly sections: readonly ReportSection[];
}

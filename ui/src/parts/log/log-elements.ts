import { LogPlace } from "../../places/log-place.ts";
import { Report } from "../report/report.ts";
import { LogLines } from "./log-lines.ts";

/** The log's place, in a file of its own: most visits do not open it. */
export const LOG_ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "utec-log-lines": LogLines,
  "utec-report": Report,
  "utec-log-place": LogPlace,
};

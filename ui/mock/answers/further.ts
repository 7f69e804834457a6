import type { ActivityEntry } from "../../../src/activity/entry.ts";
import { reportOf } from "../log/report.ts";
import type { CommandArguments, Snapshot } from "../../../src/state/picture.ts";
import type { SetUpStep } from "../../../src/state/set-up.ts";
import { eventsOf, exportOf, latestOf } from "../events.ts";

export interface Answer {
  readonly status: number;
  readonly body?: object;
  /** Instead of a body: what is no JSON. */
  readonly text?: string;
}

export type Body = Readonly<Record<string, string>> & {
  readonly args?: CommandArguments;
  readonly steps?: readonly SetUpStep[];
};

/** A request of the page, and what the gateway knows. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: Body;
  readonly picture: Snapshot;
  readonly activity: readonly ActivityEntry[];
}

/** What is only read from the picture and the activity log, by its path. */
const ANSWERS: Readonly<Record<string, (asked: Asked) => Answer>> = {
  "/api/activity/events": eventsOf,
  "/api/activity/export": exportOf,
  "/api/activity/latest": latestOf,
  "/api/report": ({ picture }) => ({ status: 200, body: reportOf(picture) }),
};

export function further(asked: Asked): Answer {
  const { pathname } = asked.url;
  return (
    ANSWERS[pathname]?.(asked) ?? {
      status: 404,
      body: { code: "not_found", detail: `There is nothing at ${pathname}.` },
    }
  );
}

import { reportOf } from "../log/report.ts";
import { batteryHistory, doorHistory, tokenHistory } from "../history/history.ts";
import type { Answer, Asked } from "./answer.ts";
import { eventsOf, exportOf, latestOf } from "./events.ts";

/** What is only read from the picture and the activity log, by its path. */
const ANSWERS: Readonly<Record<string, (asked: Asked) => Answer>> = {
  "/api/activity/events": eventsOf,
  "/api/activity/export": exportOf,
  "/api/activity/latest": latestOf,
  "/api/history/batteries": (asked) => ({ status: 200, body: batteryHistory(asked) }),
  "/api/history/doors": (asked) => ({ status: 200, body: doorHistory(asked) }),
  "/api/history/tokens": (asked) => ({ status: 200, body: tokenHistory(asked) }),
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

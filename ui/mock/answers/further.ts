import type { ActivityEntry } from "../../../src/activity/entry.ts";
import type { CommandArguments, Snapshot } from "../../../src/state/picture.ts";
import type { SetUpStep } from "../../../src/state/set-up.ts";
import { batteryHistory, doorHistory, tokenHistory } from "../history/history.ts";

export interface Answer {
  readonly status: number;
  readonly body?: object;
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
  "/api/history/batteries": (asked) => ({ status: 200, body: batteryHistory(asked) }),
  "/api/history/doors": (asked) => ({ status: 200, body: doorHistory(asked) }),
  "/api/history/tokens": (asked) => ({ status: 200, body: tokenHistory(asked) }),
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

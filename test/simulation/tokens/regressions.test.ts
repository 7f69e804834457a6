import { test } from "vitest";
import type { JudgeRules } from "./judge.ts";
import { play } from "./schedule.ts";
import type { Incident } from "./schedule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LOGIN = { rotates: false, reuseKills: false, login: true };
const RULES = { rotates: true, graceMs: 0, reuseKills: true, lifeStated: true, idleDeathMs: null };

/** What random schedules have found, shrunk: each is named after the promise that it broke. */
const FOUND: readonly [promise: string, lifeMs: number, incidents: readonly Incident[], rules?: Partial<JudgeRules>][] =
  [
    [
      "a token that was obtained while the clock stood a day ahead is replaced once the clock is right",
      15 * MINUTE,
      [
        { what: "jump", ms: DAY, for_ms: 55 * MINUTE },
        { what: "cloud", fault: "refused", times: 1 },
      ],
    ],
    [
      "so is one whose answer was journalled while the clock stood a day ahead, and committed after a crash",
      5 * MINUTE,
      [
        { what: "invalidate" },
        { what: "crash_at", step: "answer_journalled", after: 0 },
        { what: "jump", ms: DAY, for_ms: 1000 },
      ],
    ],
    [
      "a token whose answer came through 8 hours of sleep is not taken for a fresh one",
      HOUR,
      [
        { what: "invalidate" },
        { what: "wait", ms: 60 },
        { what: "suspend", ms: 8 * HOUR },
        { what: "cloud", fault: "refused", times: 1 },
      ],
    ],
    [
      "a grant that was found dead is asked again when its look is due or a person asks, also when that attempt had no answer",
      5 * MINUTE,
      [
        { what: "revoke" },
        { what: "wait", ms: 55 * MINUTE },
        { what: "cloud", fault: "refused", times: 1 },
        { what: "refresh_now" },
        { what: "read", times: 1 },
      ],
    ],
    [
      "a password that was refused three times is not tried again because the machine started in 1970",
      5 * MINUTE,
      [{ what: "revoke" }, { what: "wait", ms: 55 * MINUTE }, { what: "boot_in_1970", ntp_after_ms: 20 }],
      LOGIN,
    ],
  ];

test.each(FOUND)("%s", async (_, lifeMs, incidents, rules) => {
  await play({ seed: 1, rules: { ...RULES, lifeMs, ...rules }, incidents });
});

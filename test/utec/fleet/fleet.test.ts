import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { LivePicture } from "../../../src/state/live-picture.ts";
import { CloudHealth } from "../../../src/utec/cloud/cloud-health.ts";
import { readDeviceList } from "../../../src/utec/reading/device-list.ts";
import { Fleet } from "../../../src/utec/fleet/fleet.ts";
import { freshnessOf, limitsOf } from "../../../src/utec/fleet/freshness.ts";
import { readReports } from "../../../src/utec/reading/states.ts";
import { ManualClock } from "../../clock.ts";
import { aGateway, anAccount } from "../../state/models.ts";
import { LOCK_RECORDS } from "../house.ts";
import { lockStates } from "../tiny-cloud.ts";

const RULES = { staleAfterPolls: 3, unavailableAfterMs: 15 * 60_000 };
const INTERVAL_MS = 30_000;
/** So soon after a machine has woken its old states are told as old. */
const NOTICED_MS = 5000;

const time = fc.integer({ min: 0, max: 2 * 60 * 60_000 });
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("passes" as const), ms: fc.integer({ min: 0, max: 20 * 60_000 }) }),
    fc.record({ kind: fc.constant("sleeps" as const), ms: time }),
    fc.record({ kind: fc.constant("is set" as const), ms: fc.integer({ min: -86_400_000, max: 86_400_000 }) }),
    fc.record({ kind: fc.constant("is said" as const), lock: fc.constantFrom("Locked", "Unlocked", "Jammed") }),
    fc.record({ kind: fc.constant("is remembered" as const), lock: fc.constantFrom("Locked", "Unlocked") }),
    fc.record({ kind: fc.constant("is left out" as const) }),
  ),
  { maxLength: 40 },
);

test("no state is ever older than it looks, whatever time does, and none is shown that the cloud did not report", () => {
  fc.assert(
    fc.property(steps, (schedule) => {
      const clock = new ManualClock();
      const picture = new LivePicture(aGateway());
      const { log } = new LogSink({ level: "fatal", secrets: new Secrets(), format: "text", write: () => {} });
      const health = new CloudHealth({ picture, clock, log, onTurn: () => {} });
      const fleet = new Fleet({
        picture,
        health,
        clock,
        log,
        rules: RULES,
        pollIntervalMs: INTERVAL_MS,
        onWake: () => {},
      });
      picture.update({ accounts: [anAccount({ id: "home" })] });
      fleet.listed("home", readDeviceList({ devices: [LOCK_RECORDS[0]] })?.records ?? []);

      let saidAt: number | null = null;
      let said: string | null = null;
      for (const step of schedule) {
        if (step.kind === "passes") clock.advance(step.ms);
        else if (step.kind === "sleeps") clock.sleep(step.ms);
        else if (step.kind === "is set") clock.jump(step.ms);
        else {
          const states =
            step.kind === "is left out" ? [] : lockStates(step.lock, step.kind === "is said" ? "Online" : "Offline");
          fleet.reported(
            "home",
            readReports({ devices: [{ id: "front", states }] }, (text) => text),
          );
          if (step.kind === "is said") [saidAt, said] = [clock.uptime(), step.lock.toLowerCase()];
          else if (step.kind === "is remembered" && saidAt === null) said = step.lock.toLowerCase();
        }
        clock.advance(NOTICED_MS);
        const age = saidAt === null ? null : clock.uptime() - saidAt;
        expect(picture.device("front")).toMatchObject({
          lock_state: said ?? "unknown",
          freshness: freshnessOf(age, limitsOf(INTERVAL_MS, RULES)),
        });
      }
      fleet.stop();
      expect(clock.armed).toBe(0);
    }),
    { numRuns: 300 },
  );
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { play, schedules } from "./schedule.ts";

/** Another seed on each run would make a red build that nobody can repeat; `npm run soak` takes new ones. */
const SEED = 20261121;
const RUNS = 500;

test(`${RUNS} random schedules of faults: no token lost, none used twice, one flight, no hung call, no needless sign-in`, async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => void (await play(schedule))),
    { seed: SEED, numRuns: RUNS },
  );
}, 600_000);

test("a schedule is replayed by its seed: the same calls, boots and reads", async () => {
  for (const schedule of fc.sample(schedules, { seed: SEED, numRuns: 10 })) {
    expect(await play(schedule)).toEqual(await play(schedule));
  }
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { trials, tryOut } from "./fuzz.ts";
import { FRONT, RECORDS, STATES } from "./house.ts";
import { mutated } from "./mutation.ts";

/** Another seed on each run would make a red build that nobody can repeat; `npm run soak` takes new ones. */
const SEED = 20261121;
const RUNS = 300;

test(`${RUNS} answers with something wrong in them: no crash, and no lock state that the answer did not say`, () => {
  const sums = { refused: 0, confirmed: 0, silent: 0 };
  const property = fc.property(trials, (trial) => {
    const { refused, confirmed, silent } = tryOut(trial);
    sums.refused += refused;
    sums.confirmed += confirmed;
    sums.silent += silent;
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  // Most of them still say something, and some are none: otherwise this would prove nothing.
  expect(sums.confirmed).toBeGreaterThan(RUNS / 2);
  expect(sums.silent).toBeGreaterThan(RUNS / 4);
  expect(sums.refused).toBeGreaterThan(RUNS / 50);
});

test("nothing that goes wrong turns one word into another", () => {
  const words = (json: unknown): string => (JSON.stringify(json) ?? "").toLowerCase();
  const front = STATES.devices.filter(({ id }) => id === FRONT);
  for (const { query } of fc.sample(trials, { seed: SEED, numRuns: RUNS })) {
    expect(words(mutated(front, query))).not.toContain("unlocked");
  }
  expect(mutated(RECORDS, [])).toEqual(RECORDS);
});

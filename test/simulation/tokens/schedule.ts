import * as fc from "fast-check";
import { GRANT_STEPS } from "../../../src/keeper/grant/grant-context.ts";
import type { GrantStep } from "../../../src/keeper/grant/grant-context.ts";
import { CALL_FAULTS } from "./cloud.ts";
import type { CallFault } from "./cloud.ts";
import { DISK_FAULTS } from "../faulty-disk.ts";
import type { DiskFault } from "../faulty-disk.ts";
import type { JudgeRules } from "./judge.ts";
import type { WorldCounts } from "./promises.ts";
import { World } from "./world.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One thing that befalls the gateway. Plain values, so that a failing schedule can be read, shrunk and replayed. */
export type Incident =
  | { readonly what: "wait"; readonly ms: number }
  | { readonly what: "cloud"; readonly fault: CallFault; readonly times: number }
  | { readonly what: "identity_down"; readonly times: number }
  | { readonly what: "crash_at"; readonly step: GrantStep; readonly after: number }
  | { readonly what: "crash"; readonly off_ms: number }
  | { readonly what: "power_loss"; readonly after: number; readonly when: "before" | "after" }
  | { readonly what: "boot_in_1970"; readonly ntp_after_ms: number }
  | { readonly what: "disk"; readonly code: DiskFault; readonly at: "begin" | "commit"; readonly for_ms: number }
  | { readonly what: "jump"; readonly ms: number; readonly for_ms: number }
  | { readonly what: "suspend"; readonly ms: number }
  | { readonly what: "read"; readonly times: number }
  | { readonly what: "invalidate" | "refresh_now" | "sign_in" | "sign_out" | "remove_and_add" | "revoke" };

export interface Schedule {
  readonly seed: number;
  readonly rules: JudgeRules;
  readonly incidents: readonly Incident[];
}

const wait = fc.constantFrom(20, 60, 200, SECOND, 3 * SECOND, 25 * SECOND, 61 * SECOND, 10 * MINUTE, 55 * MINUTE);

const incident: fc.Arbitrary<Incident> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant("wait"), ms: wait }) },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant("cloud"),
      fault: fc.constantFrom(...CALL_FAULTS),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("identity_down"), times: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant("crash_at"),
      step: fc.constantFrom(...GRANT_STEPS),
      after: fc.nat({ max: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("crash"), off_ms: wait }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("power_loss"),
      after: fc.nat({ max: 6 }),
      when: fc.constantFrom("before", "after"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("boot_in_1970"), ntp_after_ms: wait }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant("disk"),
      code: fc.constantFrom(...DISK_FAULTS),
      at: fc.constantFrom("begin", "commit"),
      for_ms: wait,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("jump"),
      ms: fc.constantFrom(-DAY, -HOUR, -10 * MINUTE, 10 * MINUTE, HOUR, DAY),
      for_ms: wait,
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("suspend"), ms: fc.constantFrom(MINUTE, HOUR, 8 * HOUR) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("read"), times: fc.constantFrom(1, 2, 20) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom("invalidate", "refresh_now", "sign_in", "sign_out", "remove_and_add", "revoke"),
    }),
  },
);

/** Schedules of faults. A run that fails prints its seed and path, and shrinks to the fewest incidents that break it. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  rules: fc.record({
    rotates: fc.boolean(),
    graceMs: fc.constantFrom(0, 30 * SECOND),
    reuseKills: fc.boolean(),
    lifeMs: fc.constantFrom(5 * MINUTE, 15 * MINUTE, HOUR, 7 * DAY),
    lifeStated: fc.constant(true),
    idleDeathMs: fc.constantFrom(null, DAY),
    login: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  }),
  incidents: fc.array(incident, { minLength: 1, maxLength: 14 }),
});

/** Long enough for every retry, and for the look at a refusal that nobody has been told of. */
const CALM_MS = 70 * MINUTE;

/**
 * Plays a schedule, then lets the weather clear, and asks whether the keeper is well again.
 * @throws Error that names the promise that was broken
 */
export async function play({ seed, rules, incidents }: Schedule): Promise<WorldCounts> {
  const world = new World({ seed, rules });
  try {
    world.addAccount();
    world.signIn();
    await world.pass(SECOND);
    for (const incident of incidents) await befall(world, incident);
    await clearUp(world, knownGap(incidents));
    return world.counts;
  } finally {
    world.remove();
  }
}

async function befall(world: World, incident: Incident): Promise<void> {
  switch (incident.what) {
    case "wait":
      return world.pass(incident.ms);
    case "cloud":
      return world.queueCallFaults(incident.fault, incident.times);
    case "identity_down":
      return world.failIdentity(incident.times);
    case "crash_at":
      world.crashAt = { step: incident.step, after: incident.after };
      return;
    case "crash":
      return world.crash(incident.off_ms);
    case "power_loss":
      world.disk.powerLoss = { after: incident.after, when: incident.when };
      return;
    case "boot_in_1970":
      await world.crash(SECOND, 0);
      await world.pass(incident.ntp_after_ms);
      return world.correctClock();
    case "disk":
      world.disk.fault = { code: incident.code, at: incident.at };
      await world.pass(incident.for_ms);
      world.disk.fault = null;
      return;
    case "jump":
      world.jumpClock(incident.ms);
      await world.pass(incident.for_ms);
      return world.correctClock();
    case "suspend":
      world.suspend(incident.ms);
      return world.pass(MINUTE);
    case "read":
      world.read(incident.times);
      return world.pass(0);
    case "remove_and_add":
      world.removeAccount();
      await world.pass(20);
      world.addAccount();
      return world.signIn();
    case "invalidate":
      world.invalidate();
      return world.pass(0);
    case "refresh_now":
      return world.refreshNow();
    case "sign_in":
      return world.signIn();
    case "sign_out":
      return world.signOut();
    case "revoke":
      return world.judge.revoke();
  }
}

/** In fair weather a keeper serves by itself, or asks for the one thing that it can't do: a sign-in. */
async function clearUp(world: World, refusalsAllowed: boolean): Promise<void> {
  world.clearFaults();
  world.correctClock();
  for (let passed = 0; passed < CALM_MS; passed += 5 * MINUTE) {
    await world.pass(5 * MINUTE);
    world.addAccount();
    // A refused password is the person's to correct; a refused client is asked again by itself.
    if (world.status === "sign_in_needed" || (world.judge.rules.login && world.status === "misconfigured"))
      world.signIn();
    // A refused client is the person's, too: who has looked after it asks for a refresh.
    else if (world.status === "misconfigured") world.refreshNow();
    if (await worksSoon(world, refusalsAllowed)) return world.check();
  }
  throw new Error(`in fair weather there is no token that works: the account is ${world.status}`);
}

/**
 * A disk that takes nothing, or a machine that is off or asleep, for as long as the clock was ahead: nothing is left
 * then that tells of the wrong time. So is a gateway that dies when it has noticed the correction and not acted on it yet.
 * The token is replaced when the cloud refuses it, or when it ends by the wrong clock.
 */
function knownGap(incidents: readonly Incident[]): boolean {
  const ahead = incidents.some((incident) => incident.what === "jump" && incident.ms > 0);
  return ahead && incidents.some(({ what }) => HIDES_A_WRONG_CLOCK.has(what));
}

const HIDES_A_WRONG_CLOCK: ReadonlySet<Incident["what"]> = new Set([
  "disk",
  "crash",
  "crash_at",
  "power_loss",
  "suspend",
]);

async function worksSoon(world: World, refusalsAllowed: boolean): Promise<boolean> {
  const { status } = world;
  const asked = world.tokenWorks();
  await world.pass(MINUTE);
  const works = await asked;
  // Until the next attempt, an account that says so may serve what a wrong clock thinks good: it has nothing better.
  if (works === false && status === "fresh" && !refusalsAllowed) {
    throw new Error("the account is fresh, and the cloud refuses its token");
  }
  if (works === false) world.invalidate();
  return works === true;
}

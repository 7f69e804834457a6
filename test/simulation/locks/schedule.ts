import * as fc from "fast-check";
import type { DeviceBehaviour } from "../../../src/simulator/devices/device-model.ts";
import type { CommandArguments, CommandName } from "../../../src/state/picture.ts";
import { CALL_FAULTS } from "./cloud.ts";
import type { ActionName, CallFault } from "./cloud.ts";
import type { LockCounts } from "./command-judge.ts";
import { DEVICE_COUNT } from "./home.ts";
import { TOKEN_TROUBLES } from "./simulated-tokens.ts";
import type { TokenTrouble } from "./simulated-tokens.ts";
import { LockWorld } from "./world.ts";
import type { Wish } from "./world.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** One thing that befalls the house. Plain values, so that a failing schedule can be read, shrunk and replayed. */
export type Incident =
  | { readonly what: "wait"; readonly ms: number }
  | ({ readonly what: "ask" } & Wish)
  | { readonly what: "call_fault"; readonly action: ActionName; readonly fault: CallFault; readonly times: number }
  | { readonly what: "outage"; readonly for_ms: number }
  | { readonly what: "turn"; readonly device: number; readonly to: "Locked" | "Unlocked" | "Jammed" }
  | { readonly what: "mode"; readonly device: number; readonly to: number }
  | { readonly what: "switch"; readonly on: boolean; readonly level: number }
  | { readonly what: "offline"; readonly device: number; readonly for_ms: number }
  | { readonly what: "flap"; readonly device: number; readonly polls: number }
  | { readonly what: "unseen"; readonly device: number; readonly for_ms: number; readonly wholly: boolean }
  | { readonly what: "fate"; readonly device: number; readonly of: DeviceBehaviour["next_commands"] }
  | { readonly what: "auto_lock"; readonly device: number; readonly after_ms: number }
  | { readonly what: "stale"; readonly ms: number; readonly for_ms: number }
  | { readonly what: "settle"; readonly device: number; readonly ms: number }
  | { readonly what: "token"; readonly account: number; readonly trouble: TokenTrouble; readonly for_ms: number }
  | { readonly what: "sleep"; readonly ms: number }
  /** The last asker with an id of its own asks the same again. */
  | { readonly what: "again" }
  | { readonly what: "restart" | "crash" };

export interface Schedule {
  readonly seed: number;
  readonly latency_ms: number;
  readonly incidents: readonly Incident[];
}

const pause = fc.constantFrom(0, 1, 300, 300, SECOND, 1100, 2500, 6 * SECOND, 12 * SECOND, 31 * SECOND, 47 * SECOND);
const while_ = fc.constantFrom(500, 4 * SECOND, 11 * SECOND, 40 * SECOND, 100 * SECOND);
const device = fc.nat({ max: DEVICE_COUNT - 1 });
const lock = fc.constantFrom(0, 1, 3);
const LAMP = 2;

const wish: fc.Arbitrary<readonly [number, CommandName, CommandArguments]> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(lock, fc.constantFrom("lock", "unlock"), fc.constant({})) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      lock,
      fc.constant("set_mode"),
      fc.record({ mode: fc.constantFrom("normal", "passage", "always_locked") }),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant(LAMP), fc.constantFrom("turn_on", "turn_off"), fc.constant({})) },
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constant(LAMP),
      fc.constant("set_level"),
      fc.record({ level: fc.constantFrom(0, 10, 20, 55, 100) }),
    ),
  },
);

const ask: fc.Arbitrary<Incident> = fc
  .record({
    wish,
    by: fc.constantFrom("home_assistant", "page", "api"),
    id: fc.option(fc.nat({ max: 3 }), { freq: 3 }),
    within_ms: fc.option(fc.constantFrom(-SECOND, 0, 700, 8 * SECOND, 60 * SECOND), { freq: 3 }),
  })
  .map(({ wish: [device, name, args], ...rest }) => ({ what: "ask", device, name, args, ...rest }));

const callFault: fc.Arbitrary<Incident> = fc.record({
  what: fc.constant("call_fault"),
  action: fc.constantFrom("Command", "Command", "Command", "Query", "Query", "Discovery"),
  fault: fc.constantFrom(...CALL_FAULTS),
  times: fc.integer({ min: 1, max: 3 }),
});

const fate = fc.constantFrom("executed", "ignored", "jammed", "reverted", "refused");

const incident: fc.Arbitrary<Incident> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ what: fc.constant("wait"), ms: pause }) },
  { weight: 20, arbitrary: ask },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("again") }) },
  { weight: 8, arbitrary: callFault },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("outage"), for_ms: while_ }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant("turn"),
      device: lock,
      to: fc.constantFrom("Locked", "Unlocked", "Jammed"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("mode"), device: lock, to: fc.nat({ max: 2 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("switch"), on: fc.boolean(), level: fc.constantFrom(10, 55) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("offline"), device, for_ms: while_ }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("flap"), device, polls: fc.integer({ min: 1, max: 2 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("unseen"), device, for_ms: while_, wholly: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant("fate"), device, of: fc.array(fate, { minLength: 1, maxLength: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant("auto_lock"), device: lock, after_ms: fc.constantFrom(0, 10 * SECOND) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("stale"),
      ms: fc.constantFrom(3 * SECOND, 30 * SECOND, 40 * SECOND),
      for_ms: while_,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("settle"),
      device,
      ms: fc.constantFrom(0, 300, 4 * SECOND, 19 * SECOND, 50 * SECOND),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("token"),
      account: fc.nat({ max: 1 }),
      trouble: fc.constantFrom(...TOKEN_TROUBLES),
      for_ms: while_,
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("sleep"), ms: fc.constantFrom(MINUTE, 60 * MINUTE) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom("restart", "crash") }) },
);

/** Schedules of commands and faults. One that fails prints its seed and path, and shrinks to what breaks it. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  latency_ms: fc.constantFrom(0, 0, 40, 600),
  incidents: fc.array(incident, { minLength: 1, maxLength: 40, size: "max" }),
});

/**
 * Plays a schedule, then lets the weather clear, and asks whether the picture is the cloud's truth.
 * @throws Error that names the promise that was broken
 */
export async function play({ seed, latency_ms, incidents }: Schedule): Promise<LockCounts> {
  const world = new LockWorld(seed);
  world.cloud.latencyMs = latency_ms;
  await world.pass(2 * SECOND);
  let last: Wish | null = null;
  for (const incident of incidents) {
    if (incident.what === "ask" && incident.id !== null) last = incident;
    if (incident.what !== "again") await befall(world, incident);
    else if (last) world.ask(last);
    await world.pass(0);
  }
  await world.clearUp();
  return world.judge.counts;
}

function befall(world: LockWorld, incident: Exclude<Incident, { readonly what: "again" }>): Promise<void> | void {
  switch (incident.what) {
    case "wait":
      return world.pass(incident.ms);
    case "ask":
      return world.ask(incident);
    case "call_fault":
      return world.fail(incident.action, incident.fault, incident.times);
    case "outage":
      world.cloud.outage = true;
      return world.later(incident.for_ms, () => (world.cloud.outage = false));
    case "turn":
      return world.change(incident.device, { lock_state: incident.to });
    case "mode":
      return world.change(incident.device, { lock_mode: incident.to });
    case "switch":
      return world.change(LAMP, { switch: incident.on ? "on" : "off", switch_level: incident.level });
    case "offline":
      world.change(incident.device, { online: false });
      return world.later(incident.for_ms, () => world.change(incident.device, { online: true }));
    case "flap":
      return world.behave(incident.device, { offline_polls: incident.polls });
    case "unseen":
      world.behave(incident.device, incident.wholly ? { hidden_in: ["query"] } : { missing_capabilities: ["st.lock"] });
      return world.later(incident.for_ms, () =>
        world.behave(incident.device, { hidden_in: [], missing_capabilities: [] }),
      );
    case "fate":
      return world.behave(incident.device, { next_commands: incident.of });
    case "auto_lock":
      return world.behave(incident.device, { auto_lock_ms: incident.after_ms });
    case "stale":
      world.set({ stale_ms: incident.ms });
      return world.later(incident.for_ms, () => world.set({ stale_ms: 0 }));
    case "settle":
      return world.behave(incident.device, { settle_ms: incident.ms });
    case "token":
      return world.trouble(incident.account, incident.trouble, incident.for_ms);
    case "sleep":
      return world.sleep(incident.ms);
    case "restart":
      return world.restart();
    case "crash":
      return world.crash();
  }
}

import { randomUUID } from "node:crypto";
import { DEVICE_COMMANDS } from "../../src/state/device-commands.ts";
import { COMMAND_NAMES } from "../../src/state/picture.ts";
import type {
  CommandArguments,
  CommandName,
  CommandState,
  DeviceState,
  LockTransition,
} from "../../src/state/picture.ts";
import type { Body } from "./answers/answer.ts";
import { frontDoor, gardenGate } from "./devices.ts";
import { HOUR, MINUTE, SECOND } from "./times.ts";

/** What was asked of the locks before anybody looks. */
export function story(now: number): readonly CommandState[] {
  const base: CommandState = {
    id: "c1",
    device_id: frontDoor(now).id,
    name: "unlock",
    args: {},
    origin: { kind: "home_assistant", name: "Anna", automation: false },
    requested_at: now - 95 * MINUTE,
    sent_at: now - 95 * MINUTE,
    accepted_at: now - 95 * MINUTE + 300,
    deadline_at: now - 94 * MINUTE,
    ended_at: now - 95 * MINUTE + 2100,
    took_ms: 2100,
    outcome: "confirmed",
    error: null,
  };
  return [
    {
      ...base,
      id: "c0",
      device_id: gardenGate(now).id,
      name: "lock",
      origin: { kind: "home_assistant", name: "Lock up at night", automation: true },
      requested_at: now - 20 * HOUR,
      ended_at: now - 20 * HOUR + 45 * SECOND,
      took_ms: 45 * SECOND,
      outcome: "unconfirmed",
      error: {
        code: "command_unconfirmed",
        message:
          '"Garden gate" did not confirm that it is locked; the cloud reports unlocked. Look at the door before you try again.',
      },
    },
    base,
    {
      ...base,
      id: "c2",
      name: "lock",
      origin: { kind: "page", name: "Anna", automation: false },
      requested_at: now - 92 * MINUTE,
      ended_at: now - 92 * MINUTE + 3400,
      took_ms: 3400,
    },
  ];
}

export function running(now: number): CommandState {
  return {
    id: "c9",
    device_id: gardenGate(now).id,
    name: "lock",
    args: {},
    origin: { kind: "home_assistant", name: "Lock up at night", automation: true },
    requested_at: now - 3 * SECOND,
    sent_at: now - 2990,
    accepted_at: now - 2700,
    deadline_at: now + 42 * SECOND,
    ended_at: null,
    took_ms: null,
    outcome: null,
    error: null,
  };
}

/** The device once it has carried out the command. */
export function after(device: DeviceState, name: CommandName, args: CommandArguments): DeviceState {
  const { effect, sideEffect } = DEVICE_COMMANDS[name];
  return { ...device, ...sideEffect?.(args), ...effect(args) };
}

/** The transition of a lock that the command moves; null if it is there already. */
export function transitionOf(device: DeviceState, name: CommandName): LockTransition | null {
  if (name === "lock") return device.lock_state === "locked" ? null : "locking";
  return name === "unlock" && device.lock_state !== "unlocked" ? "unlocking" : null;
}

/** The command that the page asks for, as it begins. */
export function asked({ device_id = "", name: wanted, args = {} }: Body, now: number): CommandState {
  return {
    id: randomUUID(),
    device_id,
    name: COMMAND_NAMES.find((known) => known === wanted) ?? "lock",
    args,
    origin: { kind: "page", name: null, automation: false },
    requested_at: now,
    sent_at: now,
    accepted_at: now,
    deadline_at: now + 45_000,
    ended_at: null,
    took_ms: null,
    outcome: null,
    error: null,
  };
}

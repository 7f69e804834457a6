import { isSameJson } from "../json.ts";
import { DEVICE_COMMANDS } from "../state/device-commands.ts";
import type { CommandState, DeviceValue } from "../state/picture.ts";
import type { ActivityValue } from "./entry.ts";

/** A state that appears this long after an unconfirmed command is still caused by it: the cloud lags by 30 to 40 s. */
export const LATE_MS = 60_000;

/** Values that follow the main state, and may be reported a poll later than it. */
const FOLLOWING: ReadonlySet<DeviceValue> = new Set(
  Object.values(DEVICE_COMMANDS).flatMap(({ passes }) => passes ?? []),
);

/**
 * The command that caused a change of state: one that has been sent, asks for this value, and has not got it yet. Null
 * where no command asked for it.
 *
 * @param commands the device's, oldest first
 * @param now epoch ms, as `ended_at` is
 */
export function findCommand(
  value: DeviceValue,
  to: ActivityValue,
  commands: readonly CommandState[],
  now: number,
): CommandState | null {
  return commands.findLast((command) => mayStillAct(command, value, now) && wants(command, value, to)) ?? null;
}

function mayStillAct({ sent_at, ended_at, outcome }: CommandState, value: DeviceValue, now: number): boolean {
  if (sent_at === null) return false;
  if (ended_at === null) return true;
  if (now - ended_at > LATE_MS) return false;
  // A confirmed command is done: what moves the bolt after it has another cause.
  return outcome === "unconfirmed" || outcome === "offline" || (outcome === "confirmed" && FOLLOWING.has(value));
}

function wants({ name, args }: CommandState, value: DeviceValue, to: ActivityValue): boolean {
  const { effect, sideEffect, passes } = DEVICE_COMMANDS[name];
  if (value === passes) return true;
  const wanted = new Map<string, unknown>(Object.entries({ ...sideEffect?.(args), ...effect(args) }));
  return wanted.has(value) && isSameJson(wanted.get(value), to);
}

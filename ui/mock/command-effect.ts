import { DEVICE_COMMANDS } from "../../src/state/device-commands.ts";
import type { CommandArguments, CommandName, DeviceState, LockTransition } from "../../src/state/picture.ts";

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

import type { CommandArguments, CommandName, DeviceState, LockTransition } from "../../src/state/picture.ts";

/** The device once it has carried out the command. */
export function after(device: DeviceState, name: CommandName, args: CommandArguments): DeviceState {
  switch (name) {
    case "lock":
      return { ...device, lock_state: "locked" };
    case "unlock":
      return { ...device, lock_state: "unlocked" };
    case "set_mode":
      return { ...device, lock_mode: args.mode ?? device.lock_mode };
    case "turn_on":
      return { ...device, switch_state: "on" };
    case "turn_off":
      return { ...device, switch_state: "off" };
    case "set_level":
      return { ...device, switch_state: "on", level: args.level ?? device.level };
    case "set_color":
      return { ...device, switch_state: "on", color: args.color ?? device.color };
    case "set_color_temperature":
      return { ...device, switch_state: "on", color_temperature: args.color_temperature ?? device.color_temperature };
  }
}

/** The transition of a lock that the command moves; null if it is there already. */
export function transitionOf(device: DeviceState, name: CommandName): LockTransition | null {
  if (name === "lock") return device.lock_state === "locked" ? null : "locking";
  return name === "unlock" && device.lock_state !== "unlocked" ? "unlocking" : null;
}

import { Problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem.ts";
import { DEVICE_COMMANDS } from "../../state/device-commands.ts";
import type { CommandOutcome, CommandState, DeviceState } from "../../state/picture.ts";
import { CLOUD_COMMANDS } from "./command-table.ts";
import type { DeviceReport } from "../reading/states.ts";

/** A command with the name of its device, for the sentences below. */
export interface NamedCommand extends Pick<CommandState, "name" | "args"> {
  readonly deviceName: string;
}

/** The longest quote of what others sent. */
const LONGEST_QUOTE = 100;

export function notFound(device_id: string): Problem {
  const named = device_id.slice(0, LONGEST_QUOTE);
  return new Problem("device_not_found", `There is no device ${named}; look for devices again.`);
}

/** It was not sent, and will not be. */
export function expired(command: NamedCommand, why: string): Problem {
  return new Problem("command_expired", `${notAsked(command)}: ${why}. Try again.`, { retryable: true });
}

export function superseded(command: NamedCommand, newer: NamedCommand): Problem {
  const { name, args } = newer;
  const instead = DEVICE_COMMANDS[name].words(args).request;
  return new Problem("command_superseded", `${notAsked(command)}: a newer command asks it to ${instead}.`);
}

export function inPassageMode({ deviceName, name, args }: NamedCommand): Problem {
  return new Problem(
    "lock_in_passage_mode",
    `"${deviceName}" is in passage mode, in which it does not ${DEVICE_COMMANDS[name].words(args).request}; set it to normal mode first.`,
  );
}

/** The cloud's own error for this device. */
export function refused({ deviceName, name, args }: NamedCommand, error: NonNullable<DeviceReport["error"]>): Problem {
  if (error.code.toUpperCase() === "DEVICE_OFFLINE") {
    const words = `"${deviceName}" is offline; check its power and its Wi-Fi, or do it by hand.`;
    return new Problem("device_offline", words, { retryable: true });
  }
  const request = DEVICE_COMMANDS[name].words(args).request;
  const said = `${error.message.slice(0, LONGEST_QUOTE)} (${error.code.slice(0, LONGEST_QUOTE)})`;
  return new Problem("command_refused", `The cloud refused to ask "${deviceName}" to ${request}: ${said}.`);
}

/**
 * The time is up and the cloud does not report that it was done.
 *
 * @param device as the picture shows it now
 * @param answered whether the cloud has answered since it was sent
 */
export function notConfirmed(
  { deviceName, name, args }: NamedCommand,
  device: DeviceState | undefined,
  answered: boolean,
): Problem {
  if (device?.online === false) {
    const words = `"${deviceName}" went offline before it confirmed; check it yourself.`;
    return new Problem("device_offline", words, { retryable: true });
  }
  const { words, reported } = DEVICE_COMMANDS[name];
  const isPassage = CLOUD_COMMANDS[name].aspect === "bolt" && device?.lock_mode === "passage";
  const hint = isPassage
    ? "It is in passage mode, in which it ignores commands."
    : device?.kind === "lock"
      ? "Look at the door before you try again."
      : "Look at it before you try again.";
  const now = answered ? `reports ${(device && reported(device)) ?? "nothing"}` : "did not answer when asked";
  return new Problem(
    "command_unconfirmed",
    `"${deviceName}" did not confirm that it is ${words(args).goal}; the cloud ${now}. ${hint}`,
    { retryable: true },
  );
}

/** A bug in the gateway, which is in its log. */
export function failed({ deviceName, name, args }: NamedCommand): Problem {
  const request = DEVICE_COMMANDS[name].words(args).request;
  return new Problem("internal", `The gateway failed to ask "${deviceName}" to ${request}; see its log.`);
}

const OUTCOMES: Readonly<Partial<Record<ProblemCode, CommandOutcome>>> = {
  device_offline: "offline",
  command_superseded: "superseded",
  command_unconfirmed: "unconfirmed",
  internal: "unconfirmed",
};

/** `refused` is everything after which it is certain that the device did nothing. */
export function outcomeOf(problem: Problem | null): CommandOutcome {
  return problem === null ? "confirmed" : (OUTCOMES[problem.code] ?? "refused");
}

function notAsked({ deviceName, name, args }: NamedCommand): string {
  return `"${deviceName}" was not asked to ${DEVICE_COMMANDS[name].words(args).request}`;
}

import { Problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem.ts";
import { DEVICE_COMMANDS } from "../../state/device-commands.ts";
import type { CommandOutcome, CommandState, DeviceState } from "../../state/picture.ts";
import { CLOUD_COMMANDS } from "./command-table.ts";
import type { DeviceReport } from "../reading/states.ts";
import { phrase } from "../../said/phrase.ts";

/** A command with the name of its device, for the sentences below. */
export interface NamedCommand extends Pick<CommandState, "name" | "args"> {
  readonly deviceName: string;
}

/** The longest quote of what others sent. */
const LONGEST_QUOTE = 100;

export function notFound(device_id: string): Problem {
  const named = device_id.slice(0, LONGEST_QUOTE);
  return new Problem("device_not_found", phrase("device_unknown", { id: named }));
}

/** It was not sent, and will not be. */
export function expired(command: NamedCommand, why: string): Problem {
  return new Problem("command_expired", phrase("command_expired", { ...asked(command), expiry: why }), {
    retryable: true,
  });
}

export function superseded(command: NamedCommand, newer: NamedCommand): Problem {
  const { name, args } = newer;
  const instead = DEVICE_COMMANDS[name].words(args).request;
  return new Problem("command_superseded", phrase("command_superseded", { ...asked(command), request_2: instead }));
}

export function inPassageMode(command: NamedCommand): Problem {
  return new Problem("lock_in_passage_mode", phrase("command_in_passage_mode", asked(command)));
}

/** The cloud's own error for this device. */
export function refused({ deviceName, name, args }: NamedCommand, error: NonNullable<DeviceReport["error"]>): Problem {
  if (error.code.toUpperCase() === "DEVICE_OFFLINE") {
    const words = phrase("device_offline", { device: deviceName });
    return new Problem("device_offline", words, { retryable: true });
  }
  const request = DEVICE_COMMANDS[name].words(args).request;
  const said = `${error.message.slice(0, LONGEST_QUOTE)} (${error.code.slice(0, LONGEST_QUOTE)})`;
  return new Problem("command_refused", phrase("command_refused", { device: deviceName, request, words: said }));
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
    const words = phrase("device_went_offline", { device: deviceName });
    return new Problem("device_offline", words, { retryable: true });
  }
  const { words, reported } = DEVICE_COMMANDS[name];
  const isPassage = CLOUD_COMMANDS[name].aspect === "bolt" && device?.lock_mode === "passage";
  const hint = isPassage
    ? phrase("part_hint_passage")
    : device?.kind === "lock"
      ? phrase("part_hint_door")
      : phrase("part_hint_device");
  const now = answered
    ? phrase("part_answer_reports", { goal_2: (device && reported(device)) ?? "nothing" })
    : phrase("part_answer_silent");
  return new Problem(
    "command_unconfirmed",
    phrase("command_unconfirmed", { device: deviceName, goal: words(args).goal, answer: now, hint }),
    { retryable: true },
  );
}

/** A bug in the gateway, which is in its log. */
export function failed({ deviceName, name, args }: NamedCommand): Problem {
  const request = DEVICE_COMMANDS[name].words(args).request;
  return new Problem("internal", phrase("command_failed", { device: deviceName, request }));
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

function asked({ deviceName, name, args }: NamedCommand): { readonly device: string; readonly request: string } {
  return { device: deviceName, request: DEVICE_COMMANDS[name].words(args).request };
}

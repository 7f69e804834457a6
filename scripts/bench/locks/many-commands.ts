import type { GatewayProcess } from "../../processes/gateway-process.ts";
import { Caller } from "../processes/caller.ts";
import type { Doors } from "./doors.ts";

const CALLERS = 8;

/** Resolves when the gateway has seen the state of each of these doors. */
export async function seenBy(gateway: GatewayProcess, doors: Doors): Promise<void> {
  const ids = new Set(doors.definitions.map(({ id }) => id));
  await gateway.waitFor(
    ({ devices }) => devices.filter(({ id, lock_state }) => ids.has(id) && lock_state !== null).length === ids.size,
    `${ids.size} doors`,
    60_000,
  );
}

/** Sends this many commands, each to an idle door, from callers side by side. Resolves when all have been accepted. */
export async function sendMany(gateway: GatewayProcess, doors: Doors, count: number): Promise<void> {
  let left = count;
  const work = async (): Promise<void> => {
    using caller = new Caller();
    while (left > 0) {
      left -= 1;
      await caller.post(`${gateway.url}/api/commands`, await doors.take(), 202);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, work));
}

/** @throws Error when one of the latest commands ended otherwise */
export async function assertConfirmed(gateway: GatewayProcess): Promise<void> {
  const { commands } = await gateway.state();
  if (!commands.every(({ outcome }) => outcome === "confirmed")) throw new Error("A command was not confirmed.");
}

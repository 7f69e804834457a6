import { setTimeout as pause } from "node:timers/promises";
import { GatewayDidNotStart } from "../processes/gateway-process.ts";
import type { GatewayProcess } from "../processes/gateway-process.ts";
import { onTestRig } from "./test-rig.ts";
import type { TestRig } from "./test-rig.ts";

/** One data folder that two gateways want. */
export interface SecondProcessRound {
  /** How the second one ended, while the first one was there. */
  readonly exitCode: number | null;
  /** Why, in its own words. */
  readonly said: string;
  /** How long the first one of all took to be ready: so fast is this machine now. */
  readonly startMs: number;
  /** From the SIGKILL of the first one until the next one was ready. */
  readonly readyMs: number;
  /** The account of the gateway that was killed, and of the one that followed. */
  readonly before: { readonly status: string; readonly generation: number };
  readonly after: { readonly status: string; readonly generation: number };
}

/** This many data folders at a time: what takes long is that the second gateway waits for the first one to go. */
const RIGS = 10;
/** One after the other, so that each start has the machine for itself. */
const STAGGER_MS = 600;

/** Starts a second gateway beside the first one, then one right after the first one's SIGKILL; this many times. */
export async function secondProcess(entry: string, rounds: number): Promise<SecondProcessRound[]> {
  const rigs = Array.from({ length: Math.min(rounds, RIGS) }, (_, number) =>
    onTestRig(entry, { settle_ms: 0 }, async (rig) => {
      await pause(number * STAGGER_MS);
      const results: SecondProcessRound[] = [];
      const begun = performance.now();
      let first = await rig.start();
      const startMs = performance.now() - begun;
      await rig.signIn(first);
      for (let round = number; round < rounds; round += RIGS) {
        const { next, result } = await replace(rig, first);
        results.push({ ...result, startMs });
        first = next;
      }
      return results;
    }),
  );
  return (await Promise.all(rigs)).flat();
}

async function replace(
  rig: TestRig,
  first: GatewayProcess,
): Promise<{ next: GatewayProcess; result: Omit<SecondProcessRound, "startMs"> }> {
  const { exitCode, output } = await refusal(rig.launch());
  const before = await first.account();
  await first.kill();
  const killed = performance.now();
  const next = await rig.start();
  const readyMs = performance.now() - killed;
  const after = await next.account();
  return { next, result: { exitCode, said: output, readyMs, before, after } };
}

/** How a gateway ended that must not start. */
export async function refusal(gateway: GatewayProcess): Promise<Pick<GatewayDidNotStart, "exitCode" | "output">> {
  try {
    await gateway.ready();
  } catch (error) {
    if (error instanceof GatewayDidNotStart) return error;
    throw error;
  }
  await gateway.kill();
  return { exitCode: null, output: "It started." };
}

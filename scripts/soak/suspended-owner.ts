import { setTimeout as pause } from "node:timers/promises";
import { onTestRig } from "./test-rig.ts";
import { refusal } from "./second-process.ts";

/** What happened to a gateway that was suspended across its token's end. */
export interface Suspension {
  /** Refreshes that the cloud saw while it slept, and in all. */
  readonly callsAsleep: number;
  readonly calls: number;
  readonly reused: number;
  readonly atOnce: number;
  /** From SIGCONT to the new token. */
  readonly refreshedMs: number;
  /** How another gateway ended that was started on the same data folder meanwhile. */
  readonly secondExitCode: number | null;
}

/** A second refresh would have come within this time. */
const AFTERWARDS_MS = 1500;

/** Stops the gateway with SIGSTOP, so that its token is due and ends in the middle of it, and continues it. */
export function suspendedOwner(entry: string, asleepMs: number): Promise<Suspension> {
  const access_token_life_s = Math.ceil(asleepMs / 2000);
  return onTestRig(entry, { access_token_life_s, settle_ms: 0 }, async (rig) => {
    const gateway = await rig.start();
    const { generation } = await rig.signIn(gateway);
    gateway.child.kill("SIGSTOP");
    // A busy machine may have come to one already.
    const before = rig.refreshes();
    // One call is counted, not how fast short tokens follow each other.
    rig.cloud.control.set({ access_token_life_s: 3600 });
    const second = refusal(rig.launch());
    await pause(asleepMs);
    const callsAsleep = rig.refreshes() - before;
    gateway.child.kill("SIGCONT");
    const continued = performance.now();
    await gateway.waitFor(
      ({ accounts: [account] }) => account?.status === "fresh" && account.generation > generation,
      "the refresh after the sleep",
    );
    const refreshedMs = performance.now() - continued;
    await pause(AFTERWARDS_MS);
    const { refresh_tokens_reused, refreshes_at_once } = rig.cloud.control.counters();
    return {
      callsAsleep,
      calls: rig.refreshes() - before,
      reused: refresh_tokens_reused,
      atOnce: refreshes_at_once,
      refreshedMs,
      secondExitCode: (await second).exitCode,
    };
  });
}

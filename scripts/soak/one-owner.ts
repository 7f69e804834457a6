import { BUNDLE } from "../processes/gateway-process.ts";
import type { Figures, Share } from "./figures.ts";
import { secondProcess } from "./second-process.ts";
import { suspendedOwner } from "./suspended-owner.ts";

const ASLEEP_MS = 60_000;
/** Ten gateways start at a time on few cores; a lease would take longer to run out. */
const AT_ONCE_MS = 5000;

/**
 * One gateway per data folder: a second one is refused, this many times, and starts at once after the SIGKILL of the
 * first; and one that is suspended for a minute across its token's end keeps the folder, and calls once. All of that is
 * waiting: one share does it.
 */
export async function oneOwner({ runs, share }: Share): Promise<Figures> {
  if (share !== 0) return { counts: {}, failures: [] };
  const [rounds, suspension] = await Promise.all([secondProcess(BUNDLE, runs), suspendedOwner(BUNDLE, ASLEEP_MS)]);
  const refused = rounds.filter(({ exitCode }) => exitCode === 2);
  const slowest = Math.max(...rounds.map(({ readyMs }) => readyMs));
  const unharmed = rounds.filter(({ after }) => after.status === "fresh" && after.generation === 1);
  const { callsAsleep, calls, reused, atOnce, secondExitCode } = suspension;
  const failures = [
    ...rounds
      .filter((round) => !refused.includes(round) || !unharmed.includes(round))
      .map((one) => JSON.stringify(one)),
    ...(slowest > AT_ONCE_MS ? [`a gateway was ready ${Math.round(slowest)} ms after the SIGKILL of the first`] : []),
    ...(callsAsleep === 0 && calls === 1 && reused === 0 && atOnce === 1 && secondExitCode === 2
      ? []
      : [`suspended: ${JSON.stringify(suspension)}`]),
  ];
  return {
    counts: {
      rounds: rounds.length,
      "second gateways refused": refused.length,
      "signed in after the SIGKILL of the first": unharmed.length,
      "ms until the slowest was ready": Math.round(slowest),
      "refreshes of a gateway that was suspended for 60 s": calls,
    },
    failures,
  };
}

import { systemClock } from "../../../src/clock.ts";
import { OwnerLock } from "../../../src/keeper/vault/disk/owner-lock.ts";

/** A second process for the lock's test: takes the lock, says so, and lives until it is killed. */
const [file = ""] = process.argv.slice(2);
const keepAlive = setInterval(() => undefined, 60_000);
try {
  await OwnerLock.acquire({ file, clock: systemClock, waitMs: 0 });
  process.stdout.write("held\n");
} catch (error) {
  clearInterval(keepAlive);
  process.stdout.write(`${error instanceof Error && "code" in error ? String(error.code) : "crash"}\n`);
}

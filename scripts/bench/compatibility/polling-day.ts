import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { bundleProcess } from "../../build.ts";
import { containerRuntime } from "../../processes/container.ts";
import { BUNDLE } from "../../processes/gateway-process.ts";
import { Connection } from "../broker/connection.ts";
import type { Figure } from "../figure.ts";
import { rounded } from "../figure.ts";

/** What the process holds once its garbage is collected, in MB. */
export interface Held {
  readonly heap: number;
  readonly anonymous: number;
}

const LOCKS = 4;
/** A's lock and its two sensors each ask for themselves, every 30 s. */
const ENTITIES = 3;
const POLL_MS = 30_000;
const ROUNDS_PER_HOUR = 3_600_000 / POLL_MS;
const HOURS = 24;
/** By then V8 has compiled what is asked for. */
const EARLY_HOURS = 4;

/** A day of A's polling, in a time that passes as fast as it is asked: what is held early in it and at its end. */
export async function pollingDay(): Promise<Figure[]> {
  await using running = new AsyncDisposableStack();
  const out = join(BUNDLE, "../bench");
  await bundleProcess({ "day-process": join(import.meta.dirname, "day-process.ts") }, out);
  const { flags, environment } = containerRuntime();
  const child = spawn(process.execPath, [...flags, "--expose-gc", join(out, "day-process.js"), String(LOCKS)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1", ...environment },
  });
  running.defer(async () => {
    child.stdin.end();
    await once(child, "exit");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const heard = async <T>(): Promise<T> => JSON.parse((await lines.next()).value as string) as T;
  const say = <T>(words: string): Promise<T> => {
    child.stdin.write(`${words}\n`);
    return heard<T>();
  };

  const { port, ids } = await heard<{ port: number; ids: string[] }>();
  const bodies = ids.flatMap((id) => Array.from({ length: ENTITIES }, () => JSON.stringify({ id })));
  const connection = new Connection(port);
  running.defer(() => connection.close());
  const hours = async (count: number): Promise<Held> => {
    for (let round = 0; round < count * ROUNDS_PER_HOUR; round += 1) {
      await say(String(POLL_MS));
      for (const body of bodies) await connection.post("/api/status", body);
    }
    return say<Held>("held");
  };
  const early = await hours(EARLY_HOURS);
  const late = await hours(HOURS - EARLY_HOURS);
  const requests = HOURS * ROUNDS_PER_HOUR * bodies.length;
  const instead = (now: number, then: number): string => `${rounded(now)} MB instead of ${rounded(then)} MB`;
  return [
    {
      name: `heap added by ${HOURS} h of A's polling`,
      value: late.heap - early.heap,
      unit: "MB",
      goal: { atMost: 1 },
      note: `${requests} requests for ${LOCKS} locks, from the ${EARLY_HOURS}th hour on; ${instead(late.heap, early.heap)}`,
    },
    {
      name: "memory added by it",
      value: late.anonymous - early.anonymous,
      unit: "MB",
      goal: { atMost: 5 },
      note: `anonymous: ${instead(late.anonymous, early.anonymous)}`,
    },
  ];
}

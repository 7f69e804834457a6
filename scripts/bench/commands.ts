import { setTimeout as delay } from "node:timers/promises";
import type { GatewayProcess } from "../processes/gateway-process.ts";
import { Caller } from "./processes/caller.ts";
import type { CloudProcess } from "./processes/cloud-process.ts";
import { Doors } from "./locks/doors.ts";
import type { Figure } from "./figure.ts";
import { rounded } from "./figure.ts";
import { assertConfirmed, seenBy, sendMany } from "./locks/many-commands.ts";
import { memoryOf } from "./memory/memory.ts";
import { percentile } from "./percentile.ts";

const DOORS = 500;
const COMMANDS = 10_000;
/** The first of them only warms up. */
const BURSTS = 21;
const PAIRS_PER_BURST = 50;
const PAUSE_MS = 2;
const REST_MS = 1000;
/** How long the last confirmations, and the garbage collection after 10 000 commands, may take. */
const SETTLE_MS = 8_000;

/**
 * What the gateway adds to a command, and what 10 000 of them leave in its memory. Each command goes to an idle door of
 * its own; the same command straight to the cloud is measured in between, on a kept connection like the other.
 */
export async function commands(gateway: GatewayProcess, cloud: CloudProcess): Promise<Figure[]> {
  const doors = new Doors(DOORS);
  const straight = new Doors(DOORS);
  await cloud.control.furnish(doors.definitions);
  await gateway.post("api/devices/discover", {});
  await seenBy(gateway, doors);
  const before = (await cloud.control.counters()).commands.executed;

  const { throughGateway, direct } = await measureAdded(gateway, cloud, doors, straight);
  const tookMs = (await gateway.state()).commands.map(({ took_ms }) => took_ms ?? Number.NaN);
  const pairs = BURSTS * PAIRS_PER_BURST;
  await sendMany(gateway, doors, COMMANDS - pairs);
  await delay(SETTLE_MS);

  const executed = (await cloud.control.counters()).commands.executed - before;
  const expected = COMMANDS + pairs;
  if (executed !== expected) throw new Error(`The cloud carried out ${executed} commands instead of ${expected}.`);
  await assertConfirmed(gateway);
  const { resident, anonymous } = await memoryOf(gateway.pid);

  const differences = throughGateway.map((ms, pair) => ms - (direct[pair] ?? Number.NaN));
  const added = (name: string, share: number, atMost: number): Figure => {
    const [through, straightOn] = [percentile(throughGateway, share), percentile(direct, share)];
    const pairwise = rounded(percentile(differences, share));
    const note = `${rounded(through)} ms instead of ${rounded(straightOn)} ms; the pairs' differences: ${pairwise} ms`;
    return { name: `added to a command, ${name}`, value: through - straightOn, unit: "ms", goal: { atMost }, note };
  };
  return [
    added("p50", 0.5, 1),
    added("p99", 0.99, 3),
    {
      name: "a door that moves at once, confirmed, p50",
      value: percentile(tookMs, 0.5),
      unit: "ms",
      goal: { atMost: 400 },
      note: "from the request; the first read is after 300 ms",
    },
    {
      name: `resident after ${COMMANDS} commands`,
      value: resident,
      unit: "MB",
      note: `of which ${rounded(anonymous)} MB anonymous; on ${DOORS} locks`,
    },
  ];
}

/** In milliseconds. */
interface Latencies {
  readonly throughGateway: number[];
  readonly direct: number[];
}

/**
 * The two ways in turn, so that whatever else the machine does affects both alike. In bursts shorter than the pause
 * before a confirmation: a home gives one command at a time, and not sixty a second whose states are read while more
 * commands arrive.
 */
async function measureAdded(
  gateway: GatewayProcess,
  cloud: CloudProcess,
  doors: Doors,
  straight: Doors,
): Promise<Latencies> {
  using toGateway = new Caller();
  using toCloud = new Caller();
  const [grant] = await cloud.control.grants();
  const headers = { authorization: `Bearer ${grant?.access_token ?? ""}` };
  const latencies: Latencies = { throughGateway: [], direct: [] };
  for (let burst = 0; burst < BURSTS; burst += 1) {
    for (let pair = 0; pair < PAIRS_PER_BURST; pair += 1) {
      const command = await doors.take();
      const throughGateway = await toGateway.post(`${gateway.url}/api/commands`, command, 202);
      const action = commandAction(await straight.take());
      const direct = await toCloud.post(`${cloud.apiUrl}/action`, action, 200, headers);
      await delay(PAUSE_MS);
      if (burst === 0) continue;
      latencies.throughGateway.push(throughGateway);
      latencies.direct.push(direct);
    }
    await delay(REST_MS);
  }
  return latencies;
}

/** What the gateway sends for a command. */
function commandAction({ device_id, name }: { readonly device_id: string; readonly name: string }): object {
  return {
    header: { namespace: "Uhome.Device", name: "Command", messageId: crypto.randomUUID(), payloadVersion: "1" },
    payload: { devices: [{ id: device_id, command: { capability: "st.lock", name } }] },
  };
}

import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import SqliteDatabase from "better-sqlite3";
import type { AccountState } from "../../src/keeper/account.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { manyHomes } from "../../src/simulator/devices/many-homes.ts";
import type { Runtime } from "../processes/container.ts";
import { containerRuntime } from "../processes/container.ts";
import { freePort } from "../processes/free-port.ts";
import { BUNDLE, startGateway } from "../processes/gateway-process.ts";
import type { GatewayProcess, GatewayProcessOptions } from "../processes/gateway-process.ts";
import { signInAccount } from "../processes/sign-in.ts";
import { SlowDisk } from "../slow-disk/slow-disk.ts";
import { startCloud } from "./processes/cloud-process.ts";
import type { Figure } from "./figure.ts";
import { memoryOf } from "./memory/memory.ts";
import { emptyFolder } from "./empty-folder.ts";

const ACCOUNTS = 50;
const COMMIT_MS = 80;

/** Many accounts that are due at the same moment, on a disk as slow as a bad SD card. */
export async function slowDisk(scratch: string): Promise<Figure[]> {
  const runtime = containerRuntime();
  const crowd = await refreshTogether(scratch, { accounts: ACCOUNTS, commitMs: COMMIT_MS, entry: BUNDLE, runtime });
  const what = `${ACCOUNTS} accounts due at once, commits of ${COMMIT_MS} ms`;
  return [
    { name: `incidents, ${what}`, value: crowd.complaints.length, unit: "", goal: { atMost: 0 } },
    { name: "until all are refreshed", value: crowd.tookMs, unit: "ms" },
    { name: "most resident meanwhile", value: crowd.residentMb, unit: "MB", goal: { atMost: 120 } },
    { name: "slowest answer meanwhile", value: crowd.slowestAnswerMs, unit: "ms", note: "of GET /health/live" },
  ];
}

export interface Crowd {
  readonly accounts: number;
  /** What each commit takes. */
  readonly commitMs: number;
  readonly entry: string;
  readonly runtime?: Runtime;
}

export interface CrowdRefreshed {
  /** From the moment in which all fall due. */
  readonly tookMs: number;
  /** The most that was seen, MB. */
  readonly residentMb: number;
  readonly slowestAnswerMs: number;
  /** Log records above `info`, and incidents that were opened. */
  readonly complaints: readonly string[];
  /** In the order in which they were refreshed. */
  readonly order: readonly string[];
}

/** Until the accounts fall due, counted from before the gateway's start. */
const DUE_IN_MS = 6000;
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 240_000;

/** Signs the accounts in on a quick disk, and then has them all fall due at once on a slow one. */
export async function refreshTogether(scratch: string, crowd: Crowd): Promise<CrowdRefreshed> {
  await using running = new AsyncDisposableStack();
  const dataFolder = await emptyFolder(join(scratch, "slow-disk"));
  const disk = new SlowDisk(await emptyFolder(join(scratch, "slow-disk-library")));
  const port = await freePort();
  const redirect_uri = `http://127.0.0.1:${port}/oauth/callback`;
  const flags = ["--users", String(crowd.accounts), "--locks", String(crowd.accounts)];
  const cloud = running.use(await startCloud(redirect_uri, flags));
  const options: GatewayProcessOptions = { ...crowd, dataFolder, port, cloud, client: DEMO.client };
  await signAllIn(options, crowd, redirect_uri);

  const dueAt = Date.now() + DUE_IN_MS;
  fallDue(dataFolder, dueAt);
  const gateway = await startGateway({ ...options, environment: disk.environment });
  running.defer(() => gateway.kill());
  disk.commitsTake(crowd.commitMs);
  await delay(dueAt - Date.now());
  const seen = await watchRefreshes(gateway, crowd.accounts);
  return { ...seen, tookMs: Date.now() - dueAt, complaints: await complaintsOf(gateway) };
}

async function signAllIn(options: GatewayProcessOptions, { accounts }: Crowd, redirect_uri: string): Promise<void> {
  const { client_id, client_secret } = DEMO.client;
  const gateway = await startGateway(options);
  try {
    for (const [index, user] of manyHomes(accounts, accounts).users.entries()) {
      const details = { name: user.id, client_id: `${client_id}-${index + 1}`, client_secret, redirect_uri };
      const { id } = index === 0 ? await gateway.account() : await gateway.post<AccountState>("api/accounts", details);
      await signInAccount(gateway, id, user.id);
    }
  } finally {
    await gateway.stop();
  }
}

function fallDue(dataFolder: string, at: number): void {
  const database = new SqliteDatabase(join(dataFolder, "gateway.db"));
  database.prepare("UPDATE account SET next_refresh_at = ?").run(at);
  database.close();
}

async function watchRefreshes(
  gateway: GatewayProcess,
  accounts: number,
): Promise<Pick<CrowdRefreshed, "residentMb" | "slowestAnswerMs" | "order">> {
  const order: string[] = [];
  let residentMb = 0;
  let slowestAnswerMs = 0;
  const end = performance.now() + PATIENCE_MS;
  while (order.length < accounts) {
    if (performance.now() > end) throw new Error(`Only ${order.length} of ${accounts} accounts were refreshed.`);
    const asked = performance.now();
    await gateway.get("health/live");
    slowestAnswerMs = Math.max(slowestAnswerMs, performance.now() - asked);
    residentMb = Math.max(residentMb, (await memoryOf(gateway.pid)).resident);
    const { accounts: states } = await gateway.state();
    for (const { id, generation } of states) if (generation > 1 && !order.includes(id)) order.push(id);
    await delay(LOOK_EVERY_MS);
  }
  return { order, residentMb, slowestAnswerMs };
}

async function complaintsOf(gateway: GatewayProcess): Promise<string[]> {
  const { accounts } = await gateway.state();
  const incidents = accounts.flatMap(({ name, incident }) =>
    incident !== null && incident.closed_at === null ? [`${name}: incident ${incident.kind}`] : [],
  );
  const said = gateway.records.filter(({ level }) => ["warn", "error", "fatal"].includes(level));
  return [...incidents, ...said.map(({ message, fields }) => `${message} ${JSON.stringify(fields)}`)];
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { grantWorkerFile, Jobs } from "../../src/jobs/jobs.ts";
import { Keeper } from "../../src/keeper/keeper.ts";
import { utecProvider } from "../../src/keeper/providers/utec.ts";
import { Vault } from "../../src/keeper/vault.ts";
import { LogSink, Secrets } from "../../src/log.ts";
import { systemRandom } from "../../src/random.ts";
import { DETAILS } from "../keeper/house.ts";
import { OAuthServer } from "../keeper/oauth-server.ts";

let server: OAuthServer;
let folder: string;
const lines: string[] = [];

beforeEach(async () => {
  server = await OAuthServer.start();
  folder = mkdtempSync(join(tmpdir(), "jobs-"));
  lines.length = 0;
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function open(workerFile = grantWorkerFile(), callTimeoutMs = 2000) {
  const secrets = new Secrets();
  const { log } = new LogSink({ level: "trace", secrets, format: "json", write: (line) => lines.push(line) });
  const vault = Vault.open({ folder, clock: systemClock, random: systemRandom, secrets });
  const providers = [utecProvider({ oauthUrl: server.url, apiUrl: server.url })];
  const jobs = new Jobs({ workerFile, folder, providers, clock: systemClock, log, callTimeoutMs });
  const keeper = new Keeper({
    vault,
    providers,
    defaultProvider: "utec",
    runner: jobs,
    clock: systemClock,
    random: systemRandom,
    log,
  });
  return {
    vault,
    jobs,
    keeper,
    close: async () => {
      await jobs.stop();
      vault.close();
    },
  };
}

test("a worker thread signs in, and Bree's dated job refreshes the token by itself", async () => {
  server.lifeS = 1;
  const { keeper, jobs, close } = open();
  keeper.start();
  jobs.start();
  const { id } = keeper.addAccount(DETAILS);
  const state = await keeper.exchange(server.code(), id);
  expect(state).toMatchObject({ status: "fresh", generation: 1, cloud_user: "user-1" });
  while (keeper.accounts()[0]?.generation !== 3) await pause(20);
  expect(server.reuses).toBe(0);
  expect((await keeper.getToken(id)).value).toContain("access-user-1");
  await close();
  expect(lines.join("")).not.toMatch(/canary-client-secret|(access|refresh)-user-1-\d/);
});

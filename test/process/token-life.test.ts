import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { TestContext } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { grantWorkerFile, Jobs } from "../../src/jobs/jobs.ts";
import { Keeper } from "../../src/keeper/keeper.ts";
import { oauth2Provider } from "../../src/keeper/providers/oauth2.ts";
import type { Provider } from "../../src/keeper/providers/provider.ts";
import { utecProvider } from "../../src/keeper/providers/utec.ts";
import { Vault } from "../../src/keeper/vault/vault.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { systemRandom } from "../../src/random.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { OidcServer } from "./sign-in/oidc-server.ts";
import { removeFolder } from "../remove-folder.ts";

const TOKEN_LIFE_S = 5;
const REFRESHES = 20;
const DETAILS = {
  name: "Home",
  client_id: DEMO.client.client_id,
  client_secret: DEMO.client.client_secret,
  redirect_uri: "http://127.0.0.1:8099/oauth/callback",
} as const;

describe.concurrent(`a token of ${TOKEN_LIFE_S} s lives on over ${REFRESHES} refreshes, each with the newest refresh token`, () => {
  test("at the simulated cloud", async ({ onTestFinished }) => {
    const cloud = await startSimulator({ settings: { access_token_life_s: TOKEN_LIFE_S } });
    onTestFinished(() => cloud.close());
    const { keeper, id } = aKeeper(utecProvider(cloud), onTestFinished);
    await keeper.exchange(cloud.control.allow(keeper.authorise(id)), id);

    const reader = new Reader(keeper, id, async (token) => (await whoIs(cloud.apiUrl, token)) === DEMO.user.id);
    await reader.readUntil(REFRESHES);

    expect(reader.refused).toEqual([]);
    const { token, refresh_tokens_reused, refreshes_at_once } = cloud.control.counters();
    expect(token).toEqual({ authorization_code: { ok: 1 }, refresh_token: { ok: REFRESHES } });
    expect({ refresh_tokens_reused, refreshes_at_once }).toEqual({ refresh_tokens_reused: 0, refreshes_at_once: 1 });
    expect(cloud.control.grants()).toMatchObject([{ revoked_at: null, generation: REFRESHES + 1 }]);
  });

  test("at an OAuth server that ends the grant when a refresh token comes twice", async ({ onTestFinished }) => {
    const server = await OidcServer.start(DETAILS, TOKEN_LIFE_S);
    onTestFinished(() => server.stop());
    const { keeper, id } = aKeeper(oauth2Provider({ ...server.endpoints, scope: "openid" }), onTestFinished);
    await keeper.exchange(await server.signIn(keeper.authorise(id).url), id);

    const reader = new Reader(keeper, id, (token) => server.isActive(token));
    await reader.readUntil(REFRESHES);

    expect(reader.refused).toEqual([]);
    expect(server.refusals).toEqual([]);
    expect(server.presented).toHaveLength(REFRESHES);
    for (const { token, newest } of server.presented) expect(token).toBe(newest);
    expect(new Set(server.presented.map(({ token }) => token)).size).toBe(REFRESHES);
    expect(server.mostAtOnce).toBe(1);
  });
});

/** The keeper as it stands in the gateway, its refreshes in Bree's worker threads; with one account. */
function aKeeper(
  provider: Provider,
  onTestFinished: TestContext["onTestFinished"],
): { readonly keeper: Keeper; readonly id: string } {
  const folder = mkdtempSync(join(tmpdir(), "token-life-"));
  const secrets = new Secrets();
  const { log } = new LogSink({ level: "warn", secrets, format: "text", write: (line) => process.stderr.write(line) });
  const vault = Vault.open({ folder, clock: systemClock, random: systemRandom, secrets });
  const providers = [provider];
  const jobs = new Jobs({
    workerFile: grantWorkerFile(),
    folder,
    providers,
    clock: systemClock,
    log,
    callTimeoutMs: 20_000,
    onTick: () => keeper.tick(),
  });
  const keeper: Keeper = new Keeper({
    vault,
    providers,
    defaultProvider: provider.id,
    runner: jobs,
    clock: systemClock,
    random: systemRandom,
    log,
  });
  onTestFinished(async () => {
    await jobs.stop();
    vault.close();
    removeFolder(folder);
  });
  keeper.start();
  jobs.start();
  return { keeper, id: keeper.addAccount(DETAILS).id };
}

/** Asks for a token all the time, and asks the server what it thinks of what it got. */
class Reader {
  /** Tokens that the server did not take, as generation and age. */
  readonly refused: string[] = [];
  readonly #keeper: Keeper;
  readonly #id: string;
  readonly #isGood: (token: string) => Promise<boolean>;

  constructor(keeper: Keeper, id: string, isGood: (token: string) => Promise<boolean>) {
    this.#keeper = keeper;
    this.#id = id;
    this.#isGood = isGood;
  }

  /** Reads until the account has been refreshed so many times. */
  async readUntil(refreshes: number): Promise<void> {
    for (let reads = 0; ; reads += 1) {
      const token = await this.#keeper.getToken(this.#id);
      if (!(await this.#isGood(token.value))) {
        const left = token.expires_at === null ? null : token.expires_at - Date.now();
        this.refused.push(`generation ${token.generation}, ${left} ms before its end`);
      }
      if (token.generation > refreshes) {
        // Else it would not have been asked all the time.
        expect(reads).toBeGreaterThan(20 * refreshes);
        return;
      }
      await pause(30);
    }
  }
}

/** Calls the simulated cloud's API with the token; the user's id, or undefined where the cloud refuses it. */
async function whoIs(apiUrl: string, token: string): Promise<string | undefined> {
  const header = { namespace: "Uhome.User", name: "Get", messageId: "m-1", payloadVersion: "1" };
  const answer = await fetch(`${apiUrl}/action`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ header, payload: {} }),
  });
  return ((await answer.json()) as { payload: { user?: { id: string } } }).payload.user?.id;
}

import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { Gateway } from "../../src/gateway.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { systemRandom } from "../../src/random.ts";
import { readSettings } from "../../src/settings/settings.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import type { Snapshot } from "../../src/state/picture.ts";
import { aFolder } from "../process/stage.ts";
import type { AccountState } from "../../src/keeper/account.ts";

/** The machine's clock, an hour later when a test says so. */
class LaterClock {
  offsetMs = 0;
  now = (): number => systemClock.now();
  monotonic = (): number => systemClock.monotonic() + this.offsetMs;
  uptime = (): number => systemClock.uptime();
  after = (ms: number, callback: () => void): (() => void) => systemClock.after(ms, callback);
}

test("the gateway counts what it sends to the cloud: for devices, and by its workers for tokens", async () => {
  const cloud = await startSimulator({ settings: { settle_ms: 0 } });
  onTestFinished(() => cloud.close());
  const folder = aFolder(onTestFinished);
  const secrets = new Secrets();
  const environment = {
    UTEC_GATEWAY_DATA: folder,
    UTEC_GATEWAY_PORT: "0",
    UTEC_GATEWAY_OAUTH_URL: cloud.oauthUrl,
    UTEC_GATEWAY_API_URL: cloud.apiUrl,
    UTEC_GATEWAY_CLIENT_ID: DEMO.client.client_id,
    UTEC_GATEWAY_CLIENT_SECRET: DEMO.client.client_secret,
    UTEC_GATEWAY_REDIRECT_URI: "http://127.0.0.1:8099/oauth/callback",
  };
  const sources = { environment, workingFolder: folder, optionsFile: join(folder, "options.json") };
  const settings = readSettings(sources, secrets);
  const sink = new LogSink({ level: "info", format: "json", secrets, write: () => {} });
  const clock = new LaterClock();
  const gateway = new Gateway({ settings, secrets, sink, version: "0.0.0", clock, random: systemRandom });
  onTestFinished(() => gateway.stop());
  const { port } = await gateway.start();

  const state = async (): Promise<Snapshot> =>
    (await (await fetch(`http://127.0.0.1:${port}/api/state`)).json()) as Snapshot;
  const post = async <T>(path: string, body: object): Promise<T> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as T;
  };
  const account_id = (await state()).accounts[0]?.id ?? "";
  const { url } = await post<{ url: string }>("api/accounts/authorise", { account_id });
  const callback_url = cloud.control.allow({ url, user_id: DEMO.user.id });
  await post<AccountState>("api/accounts/exchange", { account_id, callback_url });
  await vi.waitUntil(async () => (await state()).devices.some(({ confirmed_at }) => confirmed_at !== null), 10_000);
  expect((await state()).gateway.calls_last_hour).toBeNull();

  // The next call is one of the next hour, and shows those of this one.
  const sent = cloud.control.calls().filter(({ where }) => where !== "authorise");
  clock.offsetMs = 3_600_000;
  await post("api/accounts/refresh", { account_id });
  await vi.waitUntil(async () => (await state()).gateway.calls_last_hour !== null, 10_000);
  expect((await state()).gateway.calls_last_hour).toBe(sent.length);
  expect(new Set(sent.map(({ where }) => where)).size).toBeGreaterThan(1);
});

import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { AccessToken, TokenSource } from "../../src/keeper/account.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { Problem } from "../../src/problem.ts";
import { systemRandom } from "../../src/random.ts";
import type { DeviceDefinition } from "../../src/simulator/devices/device-model.ts";
import type { UserDefinition } from "../../src/simulator/oauth/people.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import type { DeviceState } from "../../src/state/picture.ts";
import { UtecClient } from "../../src/utec/cloud/client.ts";
import { Poller } from "../../src/utec/polling/poller.ts";
import { Transport } from "../../src/utec/cloud/transport.ts";
import { Visitor, startCloud } from "../simulator/visitor.ts";
import { aGateway, anAccount } from "../state/models.ts";

const ACCOUNTS = ["ann", "bob", "cat", "dan", "eve"];
const LOCKS_EACH = 100;
const SOON = { interval: 5, timeout: 10_000 };
const INTERVAL_MS = 50;

/** A lock of one person, or of several. */
function aLock(id: string, ...user_ids: string[]): DeviceDefinition {
  const words = { category: "SmartLock", handle_type: "utec-lock", model: "U-Bolt-Pro-WiFi", hw_version: "03.40.0023" };
  return { ...words, id, name: id, user_ids };
}

const LOCKS = ACCOUNTS.flatMap((user) =>
  Array.from({ length: LOCKS_EACH }, (_, index) => aLock(`${user} ${index}`, user)),
);

/** Tokens that the simulated cloud really handed out, one person's for each account. */
class ManyTokens implements TokenSource {
  readonly #visitors: ReadonlyMap<string, Visitor>;
  /** Accounts whose token cannot be had, and why. */
  readonly trouble = new Map<string, Problem>();

  constructor(visitors: ReadonlyMap<string, Visitor>) {
    this.#visitors = visitors;
  }

  async getToken(accountId: string): Promise<AccessToken> {
    const problem = this.trouble.get(accountId);
    if (problem) throw problem;
    return { value: this.#visitors.get(accountId)?.accessToken ?? "", generation: 1, expires_at: null };
  }

  invalidate(accountId: string): Promise<AccessToken> {
    return this.getToken(accountId);
  }
}

interface Estate {
  readonly cloud: Simulator;
  readonly picture: LivePicture;
  readonly poller: Poller;
  readonly tokens: ManyTokens;
  of(account: string): DeviceState[];
  fresh(): number;
}

/** The poller over real HTTP against the simulated cloud, with five people signed in. */
async function anEstate(devices: readonly DeviceDefinition[], timeoutMs = 2000): Promise<Estate> {
  const users: UserDefinition[] = ACCOUNTS.map((id) => ({
    id,
    first_name: id,
    last_name: "",
    email: `${id}@example.test`,
  }));
  const cloud = await startCloud({ users, devices });
  const visitors = new Map<string, Visitor>();
  for (const id of ACCOUNTS) visitors.set(id, await Visitor.signedIn(cloud, id));
  const tokens = new ManyTokens(visitors);
  const secrets = new Secrets();
  const { log } = new LogSink({ level: "fatal", secrets, format: "text", write: () => {} });
  const transport = new Transport({ timeoutMs });
  const clock = systemClock;
  const picture = new LivePicture(aGateway());
  const actionUrl = (): string => `${cloud.apiUrl}/action`;
  const client = new UtecClient({ actionUrl, tokens, transport, secrets, clock, random: systemRandom });
  const freshness = { staleAfterPolls: 20, unavailableAfterMs: 60_000 };
  const poller = new Poller({ client, picture, clock, random: Math.random, log, intervalMs: INTERVAL_MS, freshness });
  onTestFinished(() => {
    poller.stop();
    transport.close();
  });
  picture.update({ accounts: ACCOUNTS.map((id) => anAccount({ id, name: id })) });
  poller.start();
  const estate: Estate = {
    cloud,
    picture,
    poller,
    tokens,
    of: (account) => picture.devices().filter(({ account_id }) => account_id === account),
    fresh: () => picture.devices().filter(({ freshness }) => freshness === "fresh").length,
  };
  await expect.poll(() => estate.fresh(), SOON).toBe(devices.length);
  return estate;
}

describe("500 locks on 5 accounts", () => {
  test("are one picture, each account's with one request per poll", async () => {
    const estate = await anEstate(LOCKS);
    const { cloud } = estate;
    for (const account of ACCOUNTS) expect(estate.of(account)).toHaveLength(LOCKS_EACH);
    const { queries, discoveries } = cloud.control.counters();
    const begun = performance.now();
    await expect.poll(() => cloud.control.counters().queries, SOON).toBeGreaterThan(queries + 20);
    const polls = (performance.now() - begun) / INTERVAL_MS;
    expect(cloud.control.counters().queries - queries).toBeLessThanOrEqual((polls + 2) * ACCOUNTS.length);
    expect(cloud.control.counters().discoveries).toBe(discoveries);
    expect(estate.fresh()).toBe(500);
  });

  test("survive a cloud that takes 30 devices at once", async () => {
    const { cloud, picture } = await anEstate(LOCKS);
    cloud.control.set({ query_limit: 30, query_refusal_status: 400 });
    cloud.control.change({ device_id: "ann 99", states: { lock_state: "Unlocked" } });
    await expect.poll(() => picture.device("ann 99")?.lock_state, SOON).toBe("unlocked");
    expect(picture.gateway.clouds["ann"]).toMatchObject({ online: true, error: null });
  });

  test("survive one lock with which every query is refused: that one is marked, the others go on", async () => {
    const { cloud, picture } = await anEstate(LOCKS);
    cloud.control.change({ device_id: "bob 42", behaviour: { spoils_queries: true } });
    await expect.poll(() => picture.device("bob 42")?.trouble, SOON).toBe("not_reported");
    cloud.control.change({ device_id: "bob 41", states: { lock_state: "Unlocked" } });
    await expect.poll(() => picture.device("bob 41")?.lock_state, SOON).toBe("unlocked");
    expect(picture.devices().filter(({ trouble }) => trouble !== null)).toHaveLength(1);
    const refused = cloud.control.counters().actions["Uhome.Device/Query"]?.["BAD-REQUEST"];
    await expect.poll(() => cloud.control.counters().queries, SOON).toBeGreaterThan(100);
    expect(cloud.control.counters().actions["Uhome.Device/Query"]?.["BAD-REQUEST"]).toBe(refused);
  });
});

describe("an account in trouble leaves the others alone", () => {
  /** Each of the others is polled twice more. */
  async function othersGoOn({ cloud, picture }: Estate): Promise<void> {
    for (const account of ACCOUNTS.slice(1)) {
      cloud.control.change({ device_id: `${account} 0`, states: { lock_state: "Unlocked" } });
      await expect
        .poll(() => picture.device(`${account} 0`), SOON)
        .toMatchObject({
          lock_state: "unlocked",
          freshness: "fresh",
          available: true,
          trouble: null,
        });
    }
  }

  test("whose calls hang", async () => {
    const estate = await anEstate(LOCKS, 60_000);
    const hang = { where: "action", kind: "hang", action: "Uhome.Device/Query", times: 1 } as const;
    estate.cloud.control.fault(hang);
    await expect.poll(() => estate.cloud.control.faults(), SOON).toEqual([]);
    const alive = async (account: string): Promise<boolean> => {
      const before = estate.of(account)[0]?.confirmed_at ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 10 * INTERVAL_MS));
      return (estate.of(account)[0]?.confirmed_at ?? 0) > before;
    };
    const lively = await Promise.all(ACCOUNTS.map(alive));
    expect(lively.filter((is) => is)).toHaveLength(4);
  });

  test("that must sign in again", async () => {
    const estate = await anEstate(LOCKS);
    estate.tokens.trouble.set("ann", new Problem("sign_in_needed", "Sign in."));
    estate.picture.update({ accounts: [anAccount({ id: "ann", name: "ann", status: "sign_in_needed" })] });
    await othersGoOn(estate);
    expect(new Set(estate.of("ann").map(({ trouble }) => trouble))).toEqual(new Set(["sign_in_needed"]));
  });

  test("whose cloud does not answer", async () => {
    const estate = await anEstate(LOCKS);
    estate.tokens.trouble.set("ann", new Problem("cloud_unreachable", "No token now."));
    await expect.poll(() => estate.of("ann")[0]?.trouble, SOON).toBe("cloud_unreachable");
    await othersGoOn(estate);
  });

  test("that is removed", async () => {
    const estate = await anEstate(LOCKS);
    estate.picture.update({ removed_accounts: ["ann"] });
    expect(estate.picture.devices()).toHaveLength(400);
    await othersGoOn(estate);
    expect(estate.picture.devices()).toHaveLength(400);
  });
});

test("a lock that two accounts see is one lock, and stays while one of them sees it", async () => {
  const estate = await anEstate([aLock("shared", "ann", "bob"), aLock("own", "bob")]);
  expect(estate.picture.devices()).toMatchObject([
    { id: "shared", account_id: "ann" },
    { id: "own", account_id: "bob" },
  ]);
  estate.tokens.trouble.set("ann", new Problem("cloud_unreachable", "No token now."));
  await expect.poll(() => estate.picture.device("shared"), SOON).toMatchObject({ account_id: "bob", trouble: null });
  estate.cloud.control.change({ device_id: "shared", states: { lock_state: "Unlocked" } });
  await expect.poll(() => estate.picture.device("shared")?.lock_state, SOON).toBe("unlocked");
  estate.picture.update({ removed_accounts: ["ann"] });
  expect(estate.picture.device("shared")).toMatchObject({ account_id: "bob", available: true });
});

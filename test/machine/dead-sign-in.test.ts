import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { AccountState } from "../../src/keeper/account.ts";
import { Secrets } from "../../src/log.ts";
import { LogSink } from "../../src/log-sink.ts";
import { systemRandom } from "../../src/random.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { UtecClient } from "../../src/utec/cloud/client.ts";
import { Poller } from "../../src/utec/polling/poller.ts";
import { Transport } from "../../src/utec/cloud/transport.ts";
import { ManualClock } from "../clock.ts";
import { aGateway } from "../state/models.ts";
import { INVALID_TOKEN, TinyCloud, lockStates } from "../utec/tiny-cloud.ts";
import type { House } from "../keeper/house.ts";
import type { OAuthServer } from "../keeper/token-calls/oauth-server.ts";
import { streetForEach } from "../keeper/street.ts";

const DAY = 24 * 3_600_000;
const street = streetForEach();
let server: OAuthServer;
beforeEach(() => {
  server = street.server;
  server.lifeS = (7 * DAY) / 1000;
});

const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

/** The cloud refuses the refresh token until a sign-in is asked for; the access token lives on for days. */
async function loseSignIn(house: House, id: string): Promise<void> {
  server.revokeAll();
  await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  await house.planned(id);
  expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "grant_dead", incident: { closed_at: null } });
}

interface Watched {
  readonly cloud: TinyCloud;
  readonly picture: LivePicture;
  readonly poller: Poller;
  /** Lets the poller's own time pass; the keeper's stands still. */
  readonly pass: (ms: number) => Promise<void>;
}

/** The real poller and client with the house's keeper, against a cloud with one lock. */
async function watch(house: House): Promise<Watched> {
  const cloud = await TinyCloud.start();
  cloud.on("Discovery", { payload: { devices: [{ id: "front", category: "SmartLock", handleType: "utec-lock" }] } });
  cloud.on("Query", { payload: { devices: [{ id: "front", states: lockStates("Unlocked") }] } });
  const clock = new ManualClock();
  const secrets = new Secrets();
  const { log } = new LogSink({ level: "error", secrets, format: "text", write: () => undefined });
  const picture = new LivePicture(aGateway());
  const transport = new Transport();
  const client = new UtecClient({
    actionUrl: () => cloud.url,
    tokens: house.keeper,
    transport,
    secrets,
    clock,
    random: systemRandom,
  });
  const poller = new Poller({ client, picture, clock, random: () => 0.5, log });
  picture.update({ accounts: house.keeper.accounts() });
  onTestFinished(house.keeper.subscribe(({ accounts }) => picture.update({ accounts })));
  poller.start();
  onTestFinished(() => {
    poller.stop();
    transport.close();
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1000) {
      clock.advance(1000);
      const { length } = cloud.actions;
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (cloud.actions.length > length) await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await pass(1000);
  await expect.poll(() => picture.device("front")?.lock_state).toBe("unlocked");
  return { cloud, picture, poller, pass };
}

describe("while the access token of a dead sign-in lives", () => {
  test("the locks are asked for with it, and the incident is told beside that", async () => {
    const { house, id } = await street.signedIn();
    await loseSignIn(house, id);
    const { cloud, picture, poller, pass } = await watch(house);
    await pass(95_000);
    expect(cloud.count("Query")).toBeGreaterThanOrEqual(3);
    expect(picture.device("front")).toMatchObject({ lock_state: "unlocked", trouble: null, available: true });
    expect(poller.route("front")).toMatchObject({ accountId: id });
    expect(state(house)).toMatchObject({ status: "sign_in_needed", token_usable: true, incident: { closed_at: null } });
  });

  test("that is so after a restart too", async () => {
    const { house, id } = await street.signedIn();
    await loseSignIn(house, id);
    house.close();
    const again = street.build({ folder: house.folder, clock: house.clock });
    again.keeper.start();
    const { cloud, picture, pass } = await watch(again);
    await pass(35_000);
    expect(cloud.count("Query")).toBeGreaterThanOrEqual(1);
    expect(picture.device("front")).toMatchObject({ lock_state: "unlocked", trouble: null });
    expect(state(again)).toMatchObject({ status: "sign_in_needed", incident: { closed_at: null } });
  });

  test("polling stops when the token ends", async () => {
    const { house, id } = await street.signedIn();
    await loseSignIn(house, id);
    const { cloud, picture, pass } = await watch(house);
    house.clock.offsetMs += 8 * DAY;
    house.keeper.tick();
    const asked = cloud.actions.length;
    await pass(95_000);
    expect(cloud.actions).toHaveLength(asked);
    expect(state(house)?.token_usable).toBe(false);
    expect(picture.device("front")).toMatchObject({ trouble: "sign_in_needed" });
  });

  test("polling stops when the cloud refuses the token", async () => {
    const { house, id } = await street.signedIn();
    await loseSignIn(house, id);
    const { cloud, picture, pass } = await watch(house);
    cloud.on("Query", INVALID_TOKEN);
    await pass(35_000);
    const asked = cloud.actions.length;
    await pass(95_000);
    expect(cloud.actions).toHaveLength(asked);
    expect(state(house)?.token_usable).toBe(false);
    expect(picture.device("front")).toMatchObject({ trouble: "sign_in_needed" });
  });
});

test("a token is left alone where somebody has signed out, and where another client is entered", async () => {
  const { house, id } = await street.signedIn();
  house.keeper.updateAccount(id, { client_id: "client-2" });
  expect(state(house)).toMatchObject({ status: "sign_in_needed", token_usable: false });
  const { house: other, id: otherId } = await street.signedIn();
  await other.keeper.signOut(otherId);
  expect(state(other)).toMatchObject({ status: "sign_in_needed", token_usable: false });
});

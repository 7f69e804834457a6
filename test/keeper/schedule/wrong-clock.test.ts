import { beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import type { Clock } from "../../../src/clock.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { wattTimeProvider } from "../../../src/keeper/providers/watttime.ts";
import { ShiftedClock } from "../house.ts";
import type { House } from "../house.ts";
import type { OAuthServer } from "../token-calls/oauth-server.ts";
import { streetForEach } from "../street.ts";

const MIN_MS = 60_000;
const DAY_MS = 24 * 60 * MIN_MS;

/** The machine's clock, with the wall clock alone set forward and back by hand. */
class WrongClock extends ShiftedClock implements Clock {
  override monotonic = (): number => systemClock.monotonic();
}

const street = streetForEach();
let server: OAuthServer;
beforeEach(() => {
  server = street.server;
  server.lifeS = 7 * 86_400;
});

function wrongBy(offsetMs: number): WrongClock {
  const clock = new WrongClock();
  clock.offsetMs = offsetMs;
  return clock;
}

function build(offsetMs: number, folder: string): House {
  return street.build({ clock: wrongBy(offsetMs), folder });
}

async function signedIn(offsetMs = 0): Promise<{ house: House; id: string }> {
  const { house, id } = await street.signedIn({ clock: wrongBy(offsetMs) });
  house.keeper.tick();
  return { house, id };
}

const status = ({ keeper }: House) => keeper.accounts()[0]?.status;

/** A minute of ticks, each with what the schedule would start. */
async function aMinute(house: House, id: string): Promise<void> {
  for (let ticks = 0; ticks < 2; ticks++) {
    house.keeper.tick();
    if ((house.runner.plans.get(id) ?? Infinity) <= house.clock.now()) {
      await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    }
  }
}

test("a start in 1970 serves the token and says so; NTP sets it right, with no storm of calls", async () => {
  const { house, id } = await signedIn();
  house.close();
  const cold = build(-systemClock.now(), house.folder);
  cold.keeper.start();
  expect(status(cold)).toBe("clock_suspect");
  expect(await cold.keeper.getToken(id)).toMatchObject({ generation: 1 });
  for (let minutes = 0; minutes < 10; minutes++) await aMinute(cold, id);
  cold.clock.offsetMs = 0;
  for (let minutes = 0; minutes < 10; minutes++) await aMinute(cold, id);
  expect(status(cold)).toBe("fresh");
  // One when nobody knew the token's age, one when its age counted from 1970.
  expect(server.presented.length).toBeLessThanOrEqual(2);
  expect(server.reuses).toBe(0);
});

test.each([
  ["a day ahead", DAY_MS],
  ["a day behind", -DAY_MS],
])(
  "a clock that jumps %s and back costs two refreshes at most, and is well again when the cloud is heard",
  async (_, jumpMs) => {
    const { house, id } = await signedIn();
    house.clock.offsetMs += jumpMs;
    house.keeper.noteCloudTime("utec", new Date().toUTCString());
    await aMinute(house, id);
    expect(status(house)).toBe("clock_suspect");
    await house.keeper.getToken(id);
    house.clock.offsetMs = 0;
    house.keeper.noteCloudTime("utec", new Date().toUTCString());
    for (let minutes = 0; minutes < 10; minutes++) await aMinute(house, id);
    expect(status(house)).toBe("fresh");
    expect(server.presented.length).toBeLessThanOrEqual(2);
    expect(house.vault.lastSeenAt()).toBeLessThanOrEqual(Date.now());
  },
);

test.each([10 * MIN_MS, -10 * MIN_MS])("a clock that is wrong by %d ms for ever harms nothing", async (offsetMs) => {
  const { house, id } = await signedIn(offsetMs);
  house.keeper.noteCloudTime("utec", new Date().toUTCString());
  for (let minutes = 0; minutes < 10; minutes++) await aMinute(house, id);
  expect(status(house)).toBe("fresh");
  expect(server.presented).toEqual([]);
});

test("a time that a wrong clock had saved is taken back once the cloud has been heard", async () => {
  const { house, id } = await signedIn(DAY_MS);
  expect(house.vault.lastSeenAt()).toBeGreaterThan(Date.now() + DAY_MS / 2);
  house.close();
  const right = build(0, house.folder);
  expect(status(right)).toBe("clock_suspect");
  right.keeper.noteCloudTime("utec", new Date().toUTCString());
  await aMinute(right, id);
  expect(status(right)).not.toBe("clock_suspect");
  expect(right.vault.lastSeenAt()).toBeLessThanOrEqual(Date.now());
});

test("one cloud's wrong Date marks its own accounts alone, whichever answer brought it", async () => {
  const { house } = await street.signedIn({
    clock: wrongBy(0),
    providers: [
      utecProvider({ oauthUrl: server.url, apiUrl: server.url }),
      { ...wattTimeProvider(), tokenUrl: `${server.url}/token` },
    ],
  });
  const login = { provider: "watttime", name: "Grid", username: "ada", password: "canary-password" } as const;
  const { id } = house.keeper.addAccount(login);
  const date = new Date(Date.now() + 30 * DAY_MS).toUTCString();
  server.queueFault((response) => void response.setHeader("date", date).end('{"access_token":"access-of-grid"}'));
  await house.keeper.getToken(id);
  house.clock.offsetMs += 11 * MIN_MS;
  house.keeper.tick();
  const statuses = () => house.keeper.accounts().map((account) => account.status);
  expect(statuses()).toEqual(["fresh", "clock_suspect"]);
  house.keeper.noteCloudTime("utec", new Date().toUTCString());
  house.keeper.tick();
  expect(statuses()).toEqual(["fresh", "clock_suspect"]);
  // The other cloud vouches for the time, which is written down.
  expect(house.vault.lastSeenAt()).toBeGreaterThan(Date.now() + 10 * MIN_MS);
  house.keeper.noteCloudTime("utec", date);
  house.keeper.noteCloudTime("watttime", new Date().toUTCString());
  house.keeper.tick();
  expect(statuses()).toEqual(["clock_suspect", "fresh"]);
});

test("a wrong clock hides no failure: what is said of it is that tokens are refreshed", async () => {
  const { house, id } = await signedIn();
  house.keeper.noteCloudTime("utec", new Date(Date.now() + DAY_MS).toUTCString());
  house.keeper.tick();
  expect(status(house)).toBe("clock_suspect");
  server.queueFault((response) => void response.writeHead(503).end());
  await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  expect(status(house)).toBe("retrying");
});

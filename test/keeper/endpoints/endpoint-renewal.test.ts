import { describe, expect, test } from "vitest";
import { ISSUER, MACHINE, again, discovery, granted, scriptedCloudsForEach, state } from "../scripted-clouds.ts";
import type { Asked } from "../scripted-clouds.ts";

const build = scriptedCloudsForEach();
const { token_url: _, ...client } = MACHINE;
const ACCOUNT = { ...client, issuer: ISSUER };
const DAY = 24 * 3_600_000;

/** A cloud whose document names `endpoint.now`, and where everything else is gone in the way that a test says. */
function movingCloud(gone: () => Response) {
  const endpoint = { now: `${ISSUER}/token` };
  const cloud = build(({ url }: Asked) => {
    if (url.includes("/.well-known/openid")) return discovery({ token_endpoint: endpoint.now });
    return url === endpoint.now ? granted() : gone();
  });
  const documents = (): number => cloud.asked.filter(({ url }) => url.includes("/.well-known/")).length;
  return { ...cloud, endpoint, documents };
}

const refused = (cause: string): never => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error(cause), { code: cause }) });
};
const WAYS: readonly (readonly [string, () => Response])[] = [
  ["says 404", () => new Response("Not Found", { status: 404 })],
  ["says 410", () => Response.json({ message: "Gone" }, { status: 410 })],
  ["has no host any more", () => refused("ENOTFOUND")],
  ["refuses connections", () => refused("ECONNREFUSED")],
];

describe("an endpoint that was discovered and", () => {
  test.each(WAYS)("%s is looked for again, within the same refresh", async (_way, gone) => {
    const { house, endpoint, documents } = movingCloud(gone);
    const { id } = house.keeper.addAccount(ACCOUNT);
    await house.runner.run(again(id));
    expect(documents()).toBe(1);
    endpoint.now = "https://new.test/token";
    expect(await house.runner.run({ ...again(id), generation: 1 })).toMatchObject({ outcome: "committed" });
    expect(state(house)).toMatchObject({ status: "fresh", generation: 2, failure_count: 0 });
    expect(documents()).toBe(2);
    await house.planned(id);
    expect(documents()).toBe(2);
  });

  test("stays gone has its document read once a day, not at each attempt", async () => {
    const { house, asked } = build(({ url }) =>
      url.includes("/.well-known/openid") ? discovery() : new Response("", { status: 404 }),
    );
    const { id } = house.keeper.addAccount(ACCOUNT);
    for (let attempt = 0; attempt < 20; attempt++) await house.planned(id);
    const count = (part: string): number => asked.filter(({ url }) => url.includes(part)).length;
    expect(count("/.well-known/")).toBe(2);
    expect(count(`${ISSUER}/token`)).toBe(20);
    house.clock.offsetMs += DAY;
    await house.planned(id);
    expect(count("/.well-known/")).toBe(3);
  });

  test("is gone in another way has its document read for that too, and again after a clock was set back", async () => {
    let gone = (): Response => new Response("", { status: 404 });
    const { house, asked } = build(({ url }) => (url.includes("/.well-known/openid") ? discovery() : gone()));
    const documents = (): number => asked.filter(({ url }) => url.includes("/.well-known/")).length;
    const { id } = house.keeper.addAccount(ACCOUNT);
    await house.planned(id);
    expect(documents()).toBe(2);
    gone = () => refused("ECONNREFUSED");
    await house.planned(id);
    expect(documents()).toBe(3);
    gone = () => new Response("", { status: 404 });
    await house.planned(id);
    expect(documents()).toBe(3);
    house.clock.offsetMs -= 2 * DAY;
    await house.keeper.refreshNow(id).catch(() => undefined);
    expect(documents()).toBe(4);
  });

  test("had no host in an outage, and moves on the same day, is looked for all the same", async () => {
    let isUp = true;
    let now = `${ISSUER}/token`;
    const { house } = build(({ url }) => {
      if (!isUp) return refused("ENOTFOUND");
      if (url.includes("/.well-known/openid")) return discovery({ token_endpoint: now });
      return url === now ? granted() : refused("ENOTFOUND");
    });
    const { id } = house.keeper.addAccount(ACCOUNT);
    await house.runner.run(again(id));
    isUp = false;
    await house.planned(id);
    isUp = true;
    now = "https://new.test/token";
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 2 });
  });

  test("works again is looked for again when it is gone once more", async () => {
    let isGone = true;
    const { house, asked } = build(({ url }) => {
      if (url.includes("/.well-known/openid")) return discovery();
      return isGone ? new Response("", { status: 404 }) : granted();
    });
    const { id } = house.keeper.addAccount(ACCOUNT);
    await house.runner.run(again(id));
    isGone = false;
    await house.planned(id);
    isGone = true;
    await house.planned(id);
    expect(asked.filter(({ url }) => url.includes("/.well-known/"))).toHaveLength(3);
  });

  test("can't be reached while nothing can is an outage: its attempts go on, and it is there after it", async () => {
    let down = false;
    const { house, asked } = build(({ url }) => {
      if (down) return refused("ENOTFOUND");
      return url.includes("/.well-known/openid") ? discovery() : granted();
    });
    const { id } = house.keeper.addAccount(ACCOUNT);
    await house.runner.run(again(id));
    down = true;
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "retrying", last_error: { code: "name_not_resolved" } });
    down = false;
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 2 });
    expect(asked.at(-1)?.url).toBe(`${ISSUER}/token`);
  });
});

test("where a sign-in on another device begins is looked for again when it has moved", async () => {
  let device = `${ISSUER}/device`;
  const { house, asked } = build(({ url }) => {
    if (url.includes("/.well-known/openid")) return discovery({ device_authorization_endpoint: device });
    if (url !== device) return new Response("", { status: 404 });
    return Response.json({ device_code: "canary-code", user_code: "BCDF-GHJK", verification_uri: `${ISSUER}/enter` });
  });
  const { client_secret: __, ...details } = ACCOUNT;
  const { id } = house.keeper.addAccount({ ...details, grant: "device_code" });
  await house.planned(id);
  device = `${ISSUER}/oauth/device`;
  expect(await house.keeper.beginDeviceCode(id)).toMatchObject({ device_code: { user_code: "BCDF-GHJK" } });
  expect(asked.map(({ url }) => url).slice(-3)).toEqual([
    `${ISSUER}/device`,
    expect.stringContaining("/.well-known/openid"),
    device,
  ]);
});

test("an endpoint that a person gave is called where it was said to be, whatever becomes of it", async () => {
  const { house, asked } = build(() => new Response("", { status: 404 }));
  const { id } = house.keeper.addAccount(MACHINE);
  await house.runner.run(again(id));
  expect(asked.map(({ url }) => url)).toEqual([MACHINE.token_url]);
});

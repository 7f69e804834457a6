import { expect, test, vi } from "vitest";
import type { ActivityPage } from "../../../src/activity/entry.ts";
import { FRONT, aLivedInStreet, boltIn, expectNoSecrets } from "./stage.ts";

test("after a restart in an outage the stored picture answers, as old as it is until it is confirmed", async ({
  onTestFinished,
}) => {
  const street = await aLivedInStreet(onTestFinished);
  const { cloud, gateway, get, post, start } = street;
  const before = await get("/api/devices");
  expect(before.body).toMatchObject({
    payload: {
      devices: [
        { id: FRONT, category: "SmartLock", model: "U-Bolt-Pro-WiFi", freshness: "fresh" },
        { name: "Reading lamp", model: "A19-C1" },
      ],
    },
  });
  expect(await gateway().stop()).toBe(0);
  await cloud.close();
  await start();
  const list = await get("/api/devices");
  expect(list.status).toBe(200);
  // The same devices with the age that they have: no time of this run.
  expect(list.body["payload"]).toEqual(before.body["payload"]);
  expect(boltIn(await post("/api/status", { id: FRONT }))).toBe("Locked");
  const { status, body } = await get("/api/status/latest");
  expect([status, Number(body["last_updated"]) > 1_700_000_000]).toEqual([200, true]);
  expect((await get("/health")).body).toMatchObject({ token_valid: true });
  expectNoSecrets(street);
});

test("a restart in the middle of a command answers who waits, and sends nothing again", async ({ onTestFinished }) => {
  const { cloud, gateway, post, start } = await aLivedInStreet(onTestFinished);
  cloud.control.change({ device_id: FRONT, behaviour: { settle_ms: 3_600_000 } });
  const held = [post("/unlock", { id: FRONT }), post("/api/unlock", { id: FRONT })];
  await gateway().waitFor(({ commands }) => commands.some(({ accepted_at }) => accepted_at !== null), "the command");
  expect(await gateway().stop()).toBe(0);
  for (const { status, text } of await Promise.all(held)) {
    expect([status, text]).toEqual([200, expect.stringContaining("st.deferredResponse")]);
  }
  await start();
  expect(boltIn(await post("/api/status", { id: FRONT }))).toBe("Locked");
  expect(cloud.control.counters().commands).toMatchObject({ total: 1, executed: 0 });
});

test("a gateway that is killed in the middle of a command sends none twice", async ({ onTestFinished }) => {
  const { cloud, gateway, post, start } = await aLivedInStreet(onTestFinished);
  cloud.control.fault({ where: "action", kind: "slow", action: "Uhome.Device/Command", delay_ms: 3_600_000 });
  const lost = post("/unlock", { id: FRONT }).then(
    ({ status }) => status,
    () => "lost",
  );
  await vi.waitFor(() => expect(cloud.control.counters().commands.total).toBe(1), { timeout: 20_000 });
  await gateway().kill();
  expect(await lost).toBe("lost");
  await start();
  await vi.waitFor(async () => expect(boltIn(await post("/api/status", { id: FRONT }))).toBe("Unlocked"), {
    timeout: 20_000,
    interval: 100,
  });
  expect(cloud.control.counters().commands).toMatchObject({ total: 1, executed: 1 });
});

test("the activity says that uteclocal asked, and from where", async ({ onTestFinished }) => {
  const { gateway, post } = await aLivedInStreet(onTestFinished);
  expect((await post("/unlock", { id: FRONT })).status).toBe(200);
  await vi.waitFor(
    async () => {
      const { entries } = await gateway().get<ActivityPage>("api/activity?limit=500");
      expect(entries.map(({ kind, command }) => [kind, command?.origin])).toContainEqual([
        "command_ended",
        { kind: "uteclocal", name: "127.0.0.1", automation: false },
      ]);
    },
    { timeout: 20_000, interval: 100 },
  );
});

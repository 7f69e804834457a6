import { describe, expect, test } from "vitest";
import { streetForEach } from "../street.ts";

const MINUTE = 60_000;
const street = streetForEach();

describe("a dead grant", () => {
  const refused = (): void =>
    street.server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));

  test("is confirmed once, then a sign-in is asked for; it is looked at after 1 h, 6 h, and for 30 days, and never after", async () => {
    const { house, id } = await street.signedIn();
    street.server.revokeAll();
    const calls = street.server.calls;
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", reason: "grant_dead" });
    expect(await house.planned(id)).toSatisfy((pause: number) => pause > 55_000 && pause < 70_000);
    const needed = { status: "sign_in_needed", reason: "grant_dead", incident: { number: 2, closed_at: null } };
    expect(house.keeper.accounts()[0]).toMatchObject(needed);
    expect(await house.planned(id)).toSatisfy((pause: number) => pause >= 13 * MINUTE && pause <= 15 * MINUTE);

    const believed = house.clock.now();
    await house.planned(id);
    expect((house.clock.now() - believed) / MINUTE).toSatisfy((m: number) => m > 50 && m <= 60);
    await house.planned(id);
    expect((house.clock.now() - believed) / MINUTE).toSatisfy((m: number) => m > 300 && m <= 360);
    expect(street.server.calls - calls).toBe(5);
    let looks = 0;
    for (; house.runner.plans.has(id) && looks < 50; looks++) {
      expect(await house.planned(id)).toSatisfy(
        (pause: number) => pause > 21 * 60 * MINUTE && pause <= 24 * 60 * MINUTE,
      );
    }
    expect(looks).toBe(30);
    expect(house.keeper.accounts()[0]).toMatchObject({ ...needed, next_refresh_at: null });
    expect(house.vault.tokens.newest(id)?.generation).toBe(1);

    house.clock.offsetMs += 24 * 60 * MINUTE;
    await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
    expect(street.server.calls - calls).toBe(35);

    await house.keeper.exchange(street.server.code(), id);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", reason: null, generation: 2 });
  });

  test.each([20, 60, 400, 5000])(
    "that works again after %i minutes ends its own incident, over a restart too, and is asked for once",
    async (minutes) => {
      const { house, id } = await street.signedIn();
      const over = house.clock.now() + minutes * MINUTE;
      let current = house;
      refused();
      await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
      for (let looks = 0; looks < 12 && (current.runner.plans.get(id) ?? Infinity) < over; looks++) {
        refused();
        await current.planned(id);
        current.close();
        current = street.build({ folder: house.folder, clock: house.clock });
        current.keeper.start();
      }
      const { incident } = current.keeper.accounts()[0] ?? {};
      expect(incident).toMatchObject({ number: 2, kind: "sign_in_needed", closed_at: null });
      await current.planned(id);
      expect(current.keeper.accounts()[0]).toMatchObject({
        status: "fresh",
        generation: 2,
        incident: { ...incident, closed_at: expect.any(Number) },
      });
    },
  );

  test("stays one incident while a look gets no answer, and is looked at again within the hour", async () => {
    const { house, id } = await street.signedIn();
    refused();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    for (let looks = 0; looks < 4; looks++) {
      refused();
      await house.planned(id);
    }
    street.server.queueFault((response) => response.writeHead(503).end());
    await house.planned(id);
    expect(house.keeper.accounts()[0]).toMatchObject({
      status: "sign_in_needed",
      last_error: { class: "dead_grant", code: "invalid_grant" },
      incident: { number: 2, closed_at: null },
    });
    expect(await house.planned(id)).toBeLessThanOrEqual(60 * MINUTE);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", incident: { number: 2 } });
  });

  test("three outages are no refusal: one after them is looked at once more before anybody is told", async () => {
    const { house, id } = await street.signedIn();
    street.server.queueFault((response) => response.writeHead(503).end('{"error":"invalid_grant"}'));
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    street.server.queueFault((response) => response.destroy());
    await house.planned(id);
    street.server.queueFault((response) => response.writeHead(403).end('{"message":"Forbidden"}'));
    await house.planned(id);
    refused();
    await house.planned(id);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", reason: "grant_dead" });
    expect(await house.planned(id)).toSatisfy((pause: number) => pause > 55_000 && pause < 70_000);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 2 });
  });

  test("so is a refused client: it is believed no sooner, and mends by itself", async () => {
    const { house, id } = await street.signedIn();
    const strange = (): void => street.server.queueFault((r) => r.end('{"code":400,"message":"client error"}'));
    strange();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "retrying", reason: "client_refused" });
    strange();
    expect(await house.planned(id)).toBeLessThan(70_000);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "misconfigured", incident: { number: 2 } });
    street.server.queueFault((response) => response.writeHead(503).end());
    expect(await house.planned(id)).toBeLessThanOrEqual(15 * MINUTE);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "misconfigured", incident: { number: 2 } });
    expect(await house.planned(id)).toBeLessThanOrEqual(15 * MINUTE);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", incident: { closed_at: expect.any(Number) } });
  });

  test("that was an outage of 5 minutes in which the provider answers invalid_grant recovers by itself, and its incident closes", async () => {
    const { house, id } = await street.signedIn();
    refused();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    refused();
    await house.planned(id);
    const { incident } = house.keeper.accounts()[0] ?? {};
    expect(incident).toMatchObject({ kind: "sign_in_needed", closed_at: null });
    expect(house.keeper.accounts()[0]?.last_error?.message).toContain("tries again by itself");

    await house.planned(id);
    expect(house.keeper.accounts()[0]).toMatchObject({
      status: "fresh",
      reason: null,
      generation: 2,
      last_error: null,
      incident: { ...incident, closed_at: expect.any(Number) },
    });
    expect(house.keeper.events(id).at(-1)?.kind).toBe("recovered");
    refused();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 2 });
    expect(house.keeper.accounts()[0]?.status).toBe("retrying");
  });

  test("is looked at late until that look has an answer, over a restart too", async () => {
    const { house, id } = await street.signedIn();
    refused();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    refused();
    await house.planned(id);
    street.server.queueFault((response) => response.destroy());
    await house.planned(id);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "sign_in_needed", reason: "grant_dead" });
    house.close();

    const again = street.build({ folder: house.folder, clock: house.clock });
    again.keeper.start();
    expect(await again.planned(id)).toBeGreaterThanOrEqual(13 * MINUTE);
    expect(again.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 2 });
  });

  test("is not looked at with the credentials of another client", async () => {
    const { house, id } = await street.signedIn();
    street.server.revokeAll();
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    await house.planned(id);
    house.keeper.updateAccount(id, { client_id: "client-2" });
    expect(house.runner.plans.has(id)).toBe(false);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "sign_in_needed", next_refresh_at: null });
  });
});

import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { AccountIncident, AccountState, SignInState, TokenStatus } from "../../../src/keeper/account.ts";
import { nextIncident } from "../../../src/keeper/accounts/incident.ts";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();

async function signedIn(): Promise<{ house: House; id: string }> {
  const house = street.build();
  const { id } = house.keeper.addAccount(DETAILS);
  await house.keeper.exchange(street.server.code(), id);
  return { house, id };
}

/** The cloud refuses the grant twice, which ends it. */
async function loseGrant(house: House, id: string): Promise<void> {
  const generation = house.keeper.accounts()[0]?.generation ?? 0;
  for (let times = 0; times < 2; times++) {
    street.server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));
    await house.runner.run({ kind: "refresh", account_id: id, generation });
  }
}

const incident = (house: House): AccountState["incident"] => house.keeper.accounts()[0]?.incident ?? null;
const said = (house: House, words: string): number => house.lines.filter((line) => line.includes(words)).length;

describe("an incident", () => {
  test("is one from the first failure that needs attention to the recovery, however often it is looked at", async () => {
    const { house, id } = await signedIn();
    expect(incident(house)).toMatchObject({ number: 1, kind: "sign_in_needed", closed_at: expect.any(Number) });
    const told: (AccountIncident | null)[] = [];
    house.keeper.subscribe(({ accounts }) => told.push(...accounts.map((account) => account.incident)));
    await loseGrant(house, id);
    for (let ticks = 0; ticks < 3; ticks++) house.keeper.tick();
    await house.keeper.refreshNow(id);
    await loseGrant(house, id);

    expect([...new Set(told.map((one) => `${one?.number} ${one?.closed_at === null ? "open" : "closed"}`))]).toEqual([
      "1 closed",
      "2 open",
      "2 closed",
      "3 open",
    ]);
    expect(said(house, "Home needs attention.")).toBe(3);
    expect(said(house, "Home no longer needs attention.")).toBe(2);
  });

  test("keeps its number and its beginning over a restart, and is not said again", async () => {
    const { house, id } = await signedIn();
    await loseGrant(house, id);
    const open = incident(house);
    house.close();
    const again = street.build({ folder: house.folder });
    again.keeper.start();
    again.keeper.tick();
    expect(incident(again)).toEqual(open);
    expect(said(again, "needs attention")).toBe(0);
    await again.keeper.exchange(street.server.code(), id);
    expect(incident(again)).toEqual({ ...open, closed_at: expect.any(Number) });
    again.close();
    expect(incident(street.build({ folder: house.folder }))).toMatchObject({
      number: open?.number,
      closed_at: expect.any(Number),
    });
  });

  test("of a disk that fails has the same number after every restart, and is written down once it is over", async () => {
    const { house, id } = await signedIn();
    const disk = new SqliteDatabase(`${house.folder}/gateway.db`);
    disk.exec("ALTER TABLE event RENAME TO lost");
    for (let ticks = 0; ticks < 3; ticks++) house.keeper.tick();
    expect(incident(house)).toMatchObject({ number: 2, kind: "store_failed", closed_at: null });
    expect(house.vault.accounts.get(id)?.incident_number).toBe(1);
    disk.exec("ALTER TABLE lost RENAME TO event");
    disk.close();
    house.keeper.tick();
    expect(incident(house)).toMatchObject({ number: 2, kind: "store_failed", closed_at: expect.any(Number) });
    expect(house.vault.accounts.get(id)).toMatchObject({ incident_number: 2, incident_kind: "store_failed" });
  });

  test("is none while the gateway can go on by itself", async () => {
    const { house, id } = await signedIn();
    const before = incident(house);
    street.server.queueFault((response) => response.writeHead(503).end());
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    expect(house.keeper.accounts()[0]?.status).toBe("retrying");
    house.keeper.updateAccount(id, { automatic_refresh: false });
    expect(incident(house)).toEqual(before);
  });

  test("of an outage is one once that has lasted for 6 hours and the token has ended, and closes by itself", async () => {
    const { house, id } = await signedIn();
    const began = house.clock.now();
    const outage = async (untilHours: number): Promise<void> => {
      while (house.clock.now() - began < untilHours * 3_600_000) {
        street.server.queueFault((response) => response.writeHead(403).end('{"message":"Forbidden"}'));
        await house.planned(id);
        house.keeper.tick();
      }
    };
    await outage(5.9);
    expect(house.keeper.accounts()[0]).toMatchObject({
      status: "retrying",
      no_token_since_at: null,
      incident: { number: 1 },
    });
    await outage(7);
    const { no_token_since_at } = house.keeper.accounts()[0] ?? {};
    expect(no_token_since_at).toSatisfy((at: number) => at >= began && at < began + 3_600_000);
    expect(house.keeper.accounts()[0]).toMatchObject({
      status: "retrying",
      incident: { number: 2, kind: "no_token", closed_at: null },
    });
    expect(said(house, "has not been able to get a token for hours")).toBe(1);
    house.close();

    const again = street.build({ folder: house.folder, clock: house.clock });
    again.keeper.start();
    expect(incident(again)).toMatchObject({ number: 2, kind: "no_token", closed_at: null });
    await again.planned(id);
    expect(again.keeper.accounts()[0]).toMatchObject({
      status: "fresh",
      no_token_since_at: null,
      incident: { number: 2, closed_at: expect.any(Number) },
    });
  });

  test("of an outage is none while the token lives, however long it lasts", async () => {
    street.server.lifeS = (7 * 24 * 3_600_000) / 1000;
    const { house, id } = await signedIn();
    for (let hours = 0; hours < 5 * 24; hours++) {
      street.server.queueFault((response) => response.writeHead(404).end());
      await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
      house.clock.offsetMs += 3_600_000;
      house.keeper.tick();
    }
    expect(house.keeper.accounts()[0]).toMatchObject({
      status: "retrying",
      token_usable: true,
      incident: { number: 1 },
    });
  });

  test("becomes another one where a person must do something else", () => {
    const is = (status: TokenStatus, sign_in_ends_at: number | null = null): SignInState => ({
      status,
      sign_in_ends_at,
      no_token_since_at: null,
    });
    const first = nextIncident(null, is("misconfigured"), 1);
    expect(first).toEqual({ number: 1, kind: "misconfigured", opened_at: 1, closed_at: null });
    const second = nextIncident(first, is("sign_in_needed"), 2);
    expect(second).toEqual({ number: 2, kind: "sign_in_needed", opened_at: 2, closed_at: null });
    const closed = nextIncident(second, is("fresh"), 3);
    expect(closed).toEqual({ ...second, closed_at: 3 });
    expect(nextIncident(closed, is("due"), 4)).toBe(closed);
    expect(nextIncident(null, is("fresh"), 5)).toBeNull();
    const ending = nextIncident(closed, is("fresh", 9), 6);
    expect(ending).toEqual({ number: 3, kind: "sign_in_ending", opened_at: 6, closed_at: null });
    expect(nextIncident(ending, is("refreshing", 9), 7)).toBe(ending);
    expect(nextIncident(ending, is("sign_in_needed", 9), 8)).toMatchObject({ number: 4, kind: "sign_in_needed" });
    expect(nextIncident(ending, is("fresh"), 9)).toEqual({ ...ending, closed_at: 9 });
  });
});

describe("before the sign-in itself ends", () => {
  const DAY = 24 * 3_600_000;

  /** The cloud answers refreshes with an end of the refresh token: always the same, or the given life from then. */
  function tells(house: House, end: { readonly at: number } | { readonly inS: number } | null): void {
    const number = house.keeper.accounts()[0]?.generation ?? 0;
    street.server.queueFault((response) => {
      const left = end === null ? null : "at" in end ? Math.round((end.at - house.clock.now()) / 1000) : end.inS;
      const told = left === null ? {} : { refresh_expires_in: left };
      const pair = { access_token: `a-${number}`, refresh_token: `r-${number}`, expires_in: DAY / 1000 };
      response.end(JSON.stringify({ ...pair, ...told }));
    });
  }

  test("a person is told once, a week ahead, and it closes with the new sign-in", async () => {
    const { house, id } = await signedIn();
    const end = { at: house.clock.now() + 60 * DAY };
    const noticed: number[] = [];
    const told = new Set<string>();
    house.keeper.subscribe(({ accounts }) => {
      for (const { incident } of accounts)
        told.add(`${incident?.number} ${incident?.kind} ${incident?.closed_at === null}`);
    });
    for (let times = 0; times < 120; times++) {
      tells(house, end);
      await house.planned(id);
      house.keeper.tick();
      const { sign_in_ends_at, status } = house.keeper.accounts()[0] ?? {};
      expect(status).toBe("fresh");
      if (sign_in_ends_at !== null) noticed.push((end.at - house.clock.now()) / DAY);
      if (end.at - house.clock.now() < 2 * DAY) break;
    }
    expect(noticed[0]).toSatisfy((days: number) => days <= 7 && days > 5.5);
    expect(noticed.length).toBeGreaterThan(3);
    expect([...told].filter((one) => one.includes("sign_in_ending"))).toEqual(["2 sign_in_ending true"]);
    expect(said(house, "The sign-in of Home ends")).toBe(1);

    house.close();
    const again = street.build({ folder: house.folder, clock: house.clock });
    again.keeper.tick();
    expect(incident(again)).toMatchObject({ number: 2, kind: "sign_in_ending", closed_at: null });
    expect(said(again, "The sign-in of Home ends")).toBe(0);

    await again.keeper.exchange(street.server.code(), id);
    expect(again.keeper.accounts()[0]).toMatchObject({ status: "fresh", sign_in_ends_at: null });
    expect(incident(again)).toMatchObject({ number: 2, closed_at: expect.any(Number) });
  });

  test("nobody is told of an end that each refresh moves on, until a refresh that should have moved it is late", async () => {
    const { house, id } = await signedIn();
    for (let times = 0; times < 20; times++) {
      tells(house, { inS: (10 * DAY) / 1000 });
      await house.planned(id);
      house.keeper.tick();
      expect(house.keeper.accounts()[0]?.sign_in_ends_at).toBeNull();
    }
    const { refresh_expires_at } = house.keeper.accounts()[0] ?? {};
    house.clock.offsetMs += 9 * DAY;
    house.keeper.tick();
    expect(house.keeper.accounts()[0]?.sign_in_ends_at).toBeNull();
    house.clock.offsetMs += 0.6 * DAY;
    house.keeper.tick();
    expect(house.keeper.accounts()[0]).toMatchObject({ sign_in_ends_at: refresh_expires_at });
    expect(incident(house)).toMatchObject({ kind: "sign_in_ending", closed_at: null });
    tells(house, { inS: (10 * DAY) / 1000 });
    await house.planned(id);
    expect(incident(house)).toMatchObject({ kind: "sign_in_ending", closed_at: expect.any(Number) });
  });

  test("an end that an answer leaves out stays with the refresh token that stays", async () => {
    const { house, id } = await signedIn();
    tells(house, { inS: 864_000 });
    await house.planned(id);
    const { refresh_expires_at } = house.keeper.accounts()[0] ?? {};
    street.server.queueFault((response) => response.end('{"access_token":"access-b","expires_in":3600}'));
    await house.planned(id);
    expect(house.keeper.accounts()[0]).toMatchObject({ generation: 3, refresh_expires_at });
    street.server.queueFault((response) =>
      response.end('{"access_token":"access-c","refresh_token":"refresh-new","expires_in":3600}'),
    );
    await house.planned(id);
    expect(house.keeper.accounts()[0]).toMatchObject({ generation: 4, refresh_expires_at: null });
  });
});

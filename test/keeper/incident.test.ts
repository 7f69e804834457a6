import SqliteDatabase from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { AccountIncident, AccountState } from "../../src/keeper/account.ts";
import { nextIncident } from "../../src/keeper/incident.ts";
import { DETAILS } from "./house.ts";
import type { House } from "./house.ts";
import { streetForEach } from "./street.ts";

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
  test("is one from the first failure that needs a person to the recovery, however often it is looked at", async () => {
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
    expect(said(house, "Home needs a person.")).toBe(3);
    expect(said(house, "Home needs no person any more.")).toBe(2);
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
    expect(said(again, "needs a person")).toBe(0);
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

  test("becomes another one where a person must do something else", () => {
    const first = nextIncident(null, "misconfigured", 1);
    expect(first).toEqual({ number: 1, kind: "misconfigured", opened_at: 1, closed_at: null });
    const second = nextIncident(first, "sign_in_needed", 2);
    expect(second).toEqual({ number: 2, kind: "sign_in_needed", opened_at: 2, closed_at: null });
    const closed = nextIncident(second, "fresh", 3);
    expect(closed).toEqual({ ...second, closed_at: 3 });
    expect(nextIncident(closed, "due", 4)).toBe(closed);
    expect(nextIncident(null, "fresh", 5)).toBeNull();
  });
});

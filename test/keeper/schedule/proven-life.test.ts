import { describe, expect, test } from "vitest";
import type { ExpirySource } from "../../../src/keeper/account.ts";
import { believedLife, provenByRefusal } from "../../../src/keeper/schedule/proven-life.ts";
import type { BelievedLife } from "../../../src/keeper/schedule/proven-life.ts";
import type { ProvenLife } from "../../../src/keeper/providers/provider-fields.ts";
import { streetForEach } from "../street.ts";

const MIN_MS = 60_000;
const HOUR_MS = 60 * MIN_MS;
const DAY_MS = 24 * HOUR_MS;
const street = streetForEach();

describe("a token that is refused long before its supposed end", () => {
  async function refusedAfter(lifeS: number, ageMs: number) {
    const street_ = street.server;
    street_.lifeS = lifeS;
    const { house, id } = await street.signedIn();
    house.clock.offsetMs += ageMs;
    const { generation } = await house.keeper.getToken(id);
    const next = await house.keeper.invalidate(id, generation);
    return { house, id, next };
  }

  test("shortens what is believed of the next one, whatever the cloud says", async () => {
    const { house, id, next } = await refusedAfter(86_400, 90_000);
    const account = house.keeper.accounts()[0];
    expect((next.expires_at ?? NaN) - (account?.obtained_at ?? NaN)).toBeCloseTo(90_000, -4);
    expect(account).toMatchObject({ generation: 2, expiry_source: "refusal" });
    expect((house.runner.plans.get(id) ?? NaN) - house.clock.now()).toBeLessThan(90_000);
  });

  test("is forgotten with the refreshes that no refusal follows: it had another cause", async () => {
    const { house, id } = await refusedAfter(86_400, HOUR_MS);
    for (let refreshes = 0; refreshes < 10; refreshes++) await house.planned(id);
    const account = house.keeper.accounts()[0];
    expect(account).toMatchObject({ expiry_source: "answer" });
    expect((account?.expires_at ?? NaN) - (account?.obtained_at ?? NaN)).toBe(DAY_MS);
  });

  test("teaches over a restart, and over a sign-in at the same cloud", async () => {
    const { house, id } = await refusedAfter(86_400, 90_000);
    house.close();
    const again = street.build({ folder: house.folder, clock: house.clock });
    await again.keeper.exchange(street.server.code(), id);
    expect(again.keeper.accounts()[0]).toMatchObject({ generation: 3, expiry_source: "refusal" });
  });

  test("teaches once, however often the token is tried again while it can't be replaced", async () => {
    street.server.lifeS = 604_800;
    const { house, id } = await street.signedIn();
    const taught = () => house.vault.accounts.get(id)?.learned.proven_life;
    const refuse = async (): Promise<void> => {
      street.server.queueFault((response) => response.writeHead(503).end());
      await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject({ retryable: true });
    };
    house.clock.offsetMs += HOUR_MS;
    await refuse();
    const first = taught();
    expect(first).toMatchObject({ refusals: 1, generation: 1 });
    house.clock.offsetMs += HOUR_MS;
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    await refuse();
    expect(taught()).toEqual(first);
  });

  test.each([
    ["at once", 1000],
    ["near its end", 55 * MIN_MS],
  ])("teaches nothing %s", async (_, ageMs) => {
    const { house } = await refusedAfter(3600, ageMs);
    expect(house.keeper.accounts()[0]).toMatchObject({ generation: 2, expiry_source: "answer" });
  });
});

test("a cloud whose tokens live a minute, and that says a day, is seldom asked with a token that is over", () => {
  const told = (now: number) => ({ obtained_at: now, expires_at: now + DAY_MS, expiry_source: "answer" as const });
  let now = 1e12;
  let generation = 1;
  let token: { obtained_at: number; expires_at: number | null } = told(now);
  let proven: ProvenLife | null = null;
  const ends: string[] = [];
  while (ends.length < 1000) {
    // Due at 80 % of its believed life; polled each 10 s.
    const due = token.obtained_at + 0.8 * ((token.expires_at ?? Infinity) - token.obtained_at);
    const refusedAt = token.obtained_at + 70_000;
    const refused = due > refusedAt;
    now = refused ? refusedAt : due;
    if (refused) proven = provenByRefusal({ ...token, generation }, proven, now) ?? proven;
    ends.push(refused ? "refused" : "in time");
    const believed: BelievedLife<typeof token & { expiry_source: ExpirySource | null }> = believedLife(
      told(now),
      proven,
      generation,
    );
    ({ proven, pair: token } = believed);
    generation++;
  }
  expect(ends.slice(0, 10)).toContain("refused");
  expect(ends.filter((end) => end === "refused").length).toBeLessThan(50);
});

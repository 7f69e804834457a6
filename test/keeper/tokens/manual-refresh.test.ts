import { describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import type { House } from "../house.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();

const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

describe("refresh now", () => {
  test("100 requests make one call, a later one within 30 s is told to wait", async () => {
    const { house, id } = await street.signedIn();
    const calls = street.server.calls;
    const states = await Promise.all(Array.from({ length: 100 }, () => house.keeper.refreshNow(id)));
    expect(street.server.calls - calls).toBe(1);
    expect(states.every(({ generation }) => generation === 2)).toBe(true);
    await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "rate_limited", retry_after_s: 30 });
    house.clock.offsetMs += 31_000;
    expect(await house.keeper.refreshNow(id)).toMatchObject({ generation: 3, refresh_count: 2 });
  });

  test("tries once more where a dead grant had ended the automatic attempts", async () => {
    const { house, id } = await street.signedIn();
    for (let times = 0; times < 3; times++) {
      street.server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));
      await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    }
    expect(state(house)?.status).toBe("sign_in_needed");
    street.server.queueFault((response) => response.writeHead(503).end());
    await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "cloud_error", retryable: true });
    // A person asked ahead of the next look, which stands.
    const { next_refresh_at } = state(house) ?? {};
    expect((next_refresh_at ?? 0) - house.clock.now()).toBeGreaterThan(50 * 60_000);
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "grant_dead", incident: { number: 2 } });
    house.clock.offsetMs += 31_000;
    expect(await house.keeper.refreshNow(id)).toMatchObject({ status: "fresh", generation: 2 });
  });
});

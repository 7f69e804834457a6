import { describe, expect, test } from "vitest";
import type { AccountState } from "../../../src/keeper/account.ts";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();

const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

describe("getToken", () => {
  test("200 callers at the moment of expiry make one call and get the same new token", async () => {
    const { house, id } = await street.signedIn();
    house.clock.offsetMs += 3_600_000;
    const calls = street.server.calls;
    const tokens = await Promise.all(Array.from({ length: 200 }, () => house.keeper.getToken(id)));
    expect(street.server.calls - calls).toBe(1);
    expect(new Set(tokens.map((token) => token.value)).size).toBe(1);
    expect(tokens[0]?.generation).toBe(2);
  });

  test("does not wait while the token is good, even when the token endpoint hangs", async () => {
    const { house, id } = await street.signedIn();
    house.world.callTimeoutMs = 200;
    street.server.queueFault(() => undefined);
    const hanging = house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    house.clock.offsetMs += 3_600_000 - 31_000;
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(state(house)?.status).toBe("refreshing");
    await hanging;
  });

  test("in the last 30 s waits for a new one, and makes do with the old one while that lasts", async () => {
    const { house, id } = await street.signedIn();
    house.clock.offsetMs += 3_600_000 - 29_000;
    street.server.queueFault((response) => response.writeHead(503).end());
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(street.server.calls).toBe(2);
    // Between two attempts nobody calls, however many ask.
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(street.server.calls).toBe(2);
    house.clock.offsetMs += 900_000;
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 2 });
  });

  test("says why there is none", async () => {
    const house = street.build();
    await expect(house.keeper.getToken("nobody")).rejects.toMatchObject({ code: "account_not_found" });
    const { id } = house.keeper.addAccount(DETAILS);
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "sign_in_needed" });
    await house.keeper.exchange(street.server.code(), id);
    house.clock.offsetMs += 7_200_000;
    street.server.queueFault((response) => response.destroy());
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_unreachable", retryable: true });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_unreachable", retryable: true });
  });

  test("never hands out a token that is not committed", async () => {
    const { house, id } = await street.signedIn();
    house.clock.offsetMs += 3_600_000;
    const token = await house.keeper.getToken(id);
    expect(house.vault.tokens.newest(id)).toMatchObject({ access_token: token.value, generation: token.generation });
  });
});

describe("invalidate", () => {
  test("50 parallel refusals of one generation make one refresh", async () => {
    const { house, id } = await street.signedIn();
    const calls = street.server.calls;
    const tokens = await Promise.all(Array.from({ length: 50 }, () => house.keeper.invalidate(id, 1)));
    expect(street.server.calls - calls).toBe(1);
    expect(tokens.every((token) => token.generation === 2)).toBe(true);
  });

  test("of an older generation only gives the newest", async () => {
    const { house, id } = await street.signedIn();
    await house.keeper.invalidate(id, 1);
    const calls = street.server.calls;
    expect(await house.keeper.invalidate(id, 1)).toMatchObject({ generation: 2 });
    expect(street.server.calls).toBe(calls);
  });

  test("of token after token stops instead of turning in a loop", async () => {
    const { house, id } = await street.signedIn();
    await house.keeper.invalidate(id, 1);
    const calls = street.server.calls;
    await expect(house.keeper.invalidate(id, 2)).rejects.toMatchObject({ code: "cloud_error", retryable: true });
    expect(street.server.calls).toBe(calls);
    house.clock.offsetMs += 31_000;
    expect(await house.keeper.invalidate(id, 2)).toMatchObject({ generation: 3 });
  });

  test("of token after token for a whole day makes a handful of refreshes", async () => {
    const { house, id } = await street.signedIn();
    const calls = street.server.calls;
    for (let minutes = 0; minutes < 24 * 60; minutes += 5) {
      const { generation } = house.keeper.accounts()[0] ?? { generation: 0 };
      await house.keeper.invalidate(id, generation).catch(() => undefined);
      house.clock.offsetMs += 5 * 60_000;
    }
    expect(street.server.calls - calls).toBeLessThanOrEqual(8);
  });

  test("is not believed for good while no new token can be had: the old one is tried again after some minutes", async () => {
    const { house, id } = await street.signedIn();
    const away = (): void => {
      street.server.queueFault((response) => response.writeHead(503, { "retry-after": "3000" }).end());
    };
    away();
    await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject({ code: "cloud_error" });
    expect(state(house)?.token_usable).toBe(false);
    house.clock.offsetMs += 4 * 60_000;
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_error" });
    house.clock.offsetMs += 61_000;
    house.keeper.tick();
    expect(state(house)?.token_usable).toBe(true);
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });

    // Refused again: the next trial is later.
    await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject({ code: "cloud_error" });
    house.clock.offsetMs += 6 * 60_000;
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_error" });
    house.clock.offsetMs += 5 * 60_000;
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
    expect(street.server.calls).toBe(2);
  });

  test("serves the refused token no more at first while no new one can be had", async () => {
    const { house, id } = await street.signedIn();
    street.server.queueFault((response) => response.writeHead(503).end());
    await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject({ code: "cloud_error" });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "cloud_error" });
    expect(street.server.calls).toBe(2);
  });
});

test("a grant that may be dead is no trouble of the cloud, neither at the refusal nor while it waits to be confirmed", async () => {
  const { house, id } = await street.signedIn();
  street.server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));
  const refused = { code: "sign_in_needed", retryable: true };
  await expect(house.keeper.invalidate(id, 1)).rejects.toMatchObject(refused);
  await expect(house.keeper.getToken(id)).rejects.toMatchObject(refused);
  expect(state(house)?.status).toBe("retrying");
});

import { describe, expect, test } from "vitest";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import { DETAILS } from "../house.ts";
import { streetForEach } from "../street.ts";

const MINUTE = 60_000;
const street = streetForEach();

describe("when a sign-in can't be attributed", () => {
  test("it is finished soon, also where the sign-in before it was long dead", async () => {
    const { house, id } = await street.signedIn();
    const refused = (): void =>
      street.server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));
    for (let times = 0; times < 4; times++) {
      refused();
      await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
      house.clock.offsetMs += 25 * 60 * MINUTE;
    }
    const mute: Fetch = (url, init) =>
      url.endsWith("/action") ? Promise.resolve(new Response("", { status: 503 })) : fetch(url, init);
    const job = {
      kind: "sign_in",
      account_id: id,
      code: street.server.code(),
      redirect_uri: DETAILS.redirect_uri,
    } as const;
    await runGrant({ ...house.world, fetch: mute }, job);
    const { next_refresh_at } = house.vault.accounts.get(id) ?? {};
    expect((next_refresh_at ?? Infinity) - house.clock.now()).toBeLessThanOrEqual(15 * MINUTE);
    house.clock.offsetMs += 15 * MINUTE;
    await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 2 });
  });

  test("another cloud user is refused with a sentence, and the old token stays", async () => {
    const { house, id } = await street.signedIn();
    await expect(house.keeper.exchange(street.server.code("user-2"), id)).rejects.toMatchObject({
      code: "other_user",
      message: expect.stringContaining("Home"),
    });
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", generation: 1, cloud_user: "user-1" });
    const event = { kind: "failed", class: "configuration", code: "other_user" };
    expect(house.keeper.events(id).at(-1)).toMatchObject(event);
    expect(JSON.stringify(house.vault.tokens.newest(id))).toContain("user-1");
  });

  test("a cloud that does not say who it is leaves the answer in the journal until it does", async () => {
    const { house, id } = await street.signedIn();
    const mute: Fetch = (url, init) =>
      url.endsWith("/action") ? Promise.resolve(new Response("", { status: 503 })) : fetch(url, init);
    const job = {
      kind: "sign_in",
      account_id: id,
      code: street.server.code(),
      redirect_uri: DETAILS.redirect_uri,
    } as const;
    const report = await runGrant({ ...house.world, fetch: mute }, job);
    expect(report).toMatchObject({ outcome: "failed", problem: { code: "cloud_unreachable", retryable: true } });
    expect(house.lines.at(-1)).toContain("did not say who has signed in");
    expect(house.vault.tokens.newest(id)?.generation).toBe(1);
    const waiting = house.vault.accounts.get(id);
    expect(waiting).toMatchObject({ last_error_code: "identity_unknown", consecutive_failures: 1, refusals: 0 });
    expect((waiting?.next_refresh_at ?? Infinity) - house.clock.now()).toBeLessThanOrEqual(2000);
    expect(house.vault.journal.isOpen(id)).toBe(true);
    const calls = street.server.calls;
    await house.runner.run({ kind: "refresh", account_id: id, generation: null });
    expect(house.vault.tokens.newest(id)?.refresh_token).toBe(street.server.newestRefreshToken);
    expect(street.server.calls).toBe(calls);
  });
});

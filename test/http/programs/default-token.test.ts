import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { anAccount } from "../../state/models.ts";
import { aStage } from "../stage.ts";

const NOW = Date.UTC(2026, 10, 29, 12);
const clock = { ...systemClock, now: () => NOW };
const HOME = anAccount({
  obtained_at: NOW - 60_000,
  last_success_at: NOW - 60_000,
  expires_at: NOW + 90_500,
  next_refresh_at: NOW + 60_000,
  refresh_count: 3,
  failure_count: 1,
});
const GRID = anAccount({ id: "grid", name: "Grid", status: "sign_in_needed", obtained_at: null, token_usable: false });

test("the token's status is told in the old words, of the first account or of the one that is named", async () => {
  const { ask, picture } = await aStage({ clock });
  picture.update({ accounts: [HOME, GRID] });
  expect((await ask("/api/token/status")).json).toEqual({
    success: true,
    account_id: "home",
    account: "Home",
    status: "fresh",
    has_token: true,
    is_valid: true,
    expires_at: "2026-11-29T12:01:30.500Z",
    expires_in: 90,
    last_token_refresh: "2026-11-29T11:59:00.000Z",
    next_token_refresh: "2026-11-29T12:01:00.000Z",
    token_refresh_count: 3,
    success_rate: 75,
    last_error: null,
    data: {
      hasToken: true,
      isValid: true,
      expiresAt: "2026-11-29T12:01:30.500Z",
      timeUntilExpiry: 90_500,
      timeUntilExpirySeconds: 90,
    },
  });
  for (const named of ["grid", "GRID"]) {
    const { json } = await ask(`/api/token/status?account=${named}`);
    expect(json).toMatchObject({ account_id: "grid", has_token: false, is_valid: false, data: { hasToken: false } });
  }
  expect(await ask("/api/token/status?account=nobody")).toMatchObject({
    status: 404,
    json: {
      code: "account_not_found",
      success: false,
      error: "There is no account of this name or id.",
      detail: "There is no account of this name or id.",
    },
  });
});

test("curl -X POST without a body refreshes, and curl -X DELETE signs out", async () => {
  const { ask, picture } = await aStage({ clock });
  picture.update({ accounts: [HOME] });
  expect(await ask("/api/token/refresh", { method: "POST" })).toMatchObject({
    status: 200,
    json: { success: true, message: "Token refreshed.", account: "Home", data: { hasToken: true } },
  });
  expect(await ask("/api/token", { method: "DELETE" })).toMatchObject({
    status: 200,
    json: { success: true, message: "Signed out: the token is gone.", status: "sign_in_needed" },
  });
});

test("without an account the addresses say so", async () => {
  const { ask, picture } = await aStage();
  picture.update({ removed_accounts: ["home"] });
  expect(await ask("/api/token/status")).toMatchObject({
    status: 404,
    json: { detail: "There is no account yet: add one." },
  });
});

test("health counts refreshes and fetches in the old words", async () => {
  const { ask, picture } = await aStage({ clock });
  picture.update({ accounts: [HOME, GRID] });
  expect((await ask("/health")).json).toMatchObject({
    last_token_refresh: "2026-11-29T11:59:00.000Z",
    token_refresh_count: 3,
    success_rate: 75,
    last_successful_fetch: "2023-11-14T22:13:20.000Z",
    total_fetches: 4,
    failed_fetches: 1,
    uptime_seconds: expect.any(Number) as number,
  });
});

import { describe, expect, test } from "vitest";
import type { GrantStep } from "../../../src/keeper/grant/grant-context.ts";
import { oauth2Provider } from "../../../src/keeper/providers/oauth2.ts";
import { DETAILS } from "../house.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();
const POLICY = { refresh_buffer_ms: 60_000 } as const;

/** What the worker has just recorded is in the database, and not yet in the main thread's memory. */
describe("a person changes when to refresh while a refresh is under way", () => {
  test("and the plan of the token that was just committed stays its own", async () => {
    street.server.lifeS = 3600;
    let change = (_step: GrantStep): void => undefined;
    const { house, id } = await street.signedIn({ onStep: (step) => change(step) });
    house.clock.offsetMs += 3_000_000;
    change = (step) => {
      if (step === "committed") house.keeper.updateAccount(id, POLICY);
    };
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    const token = house.vault.tokens.newest(id);
    const account = house.keeper.accounts()[0];
    expect(account).toMatchObject({ generation: 2, ...POLICY });
    expect(account?.next_refresh_at).toBe((token?.expires_at ?? NaN) - POLICY.refresh_buffer_ms);
  });

  test("and the pause that the cloud asked for is kept", async () => {
    const { house, id } = await street.signedIn();
    // The worker's own handle on the database: the main thread hears of it later.
    const account = house.vault.accounts.get(id);
    const retryAt = house.clock.now() + 600_000;
    house.vault.journal.fail(id, null, {
      class: "transient",
      code: "http_503",
      message: "busy",
      reason: "cloud_error",
      refused: false,
      refusals: 0,
      retry_after_at: null,
      next_refresh_at: retryAt,
      sign_in_reason: null,
      event: { at: house.clock.now(), kind: "retried", class: "transient", code: "http_503", message: "busy" },
    });
    expect(account).not.toBeNull();
    house.keeper.updateAccount(id, POLICY);
    expect(house.vault.accounts.get(id)?.next_refresh_at).toBe(retryAt);
  });

  test("or its name, and the sign-in that was just committed stays one", async () => {
    const { url } = street.server;
    let change = (_step: GrantStep): void => undefined;
    const house = street.build({
      providers: [oauth2Provider({ authorizeUrl: `${url}/authorize`, tokenUrl: `${url}/token` })],
      onStep: (step) => change(step),
    });
    const { id } = house.keeper.addAccount({ ...DETAILS, provider: "oauth2", grant: "authorization_code" });
    change = (step) => {
      if (step === "committed") house.keeper.updateAccount(id, { name: "Home of Ada" });
    };
    await house.keeper.exchange(street.server.code(), id);
    expect(house.keeper.accounts()[0]).toMatchObject({ name: "Home of Ada", generation: 1, reason: null });
    expect(house.vault.accounts.get(id)?.sign_in_reason).toBeNull();
  });

  test("and the token that is committed after it is planned by the new wish", async () => {
    street.server.lifeS = 3600;
    let change = (): void => undefined;
    const { house, id } = await street.signedIn();
    street.server.beforeAnswer = () => change();
    change = () => void house.keeper.updateAccount(id, POLICY);
    await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    const account = house.keeper.accounts()[0];
    expect((account?.expires_at ?? NaN) - (account?.next_refresh_at ?? NaN)).toBe(POLICY.refresh_buffer_ms);
  });
});

import { expect, test } from "vitest";
import type { GrantStep } from "../../../src/keeper/grant/grant-context.ts";
import { streetForEach } from "../street.ts";

const street = streetForEach();

test.each(["refresh", "sign-in"])(
  "a token that a %s has just brought is kept out of the log before it is stored",
  async (kind) => {
    let look = (_step: GrantStep): void => undefined;
    const { house, id } = await street.signedIn({ onStep: (step) => look(step) });
    const seen: string[] = [];
    look = (step) => {
      if (step === "normalised") seen.push(house.secrets.scrub("access-brand-new and refresh-brand-new"));
    };
    street.server.queueFault((response) =>
      response.end('{"access_token":"access-brand-new","refresh_token":"refresh-brand-new"}'),
    );
    if (kind === "refresh") await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    else await house.keeper.exchange(street.server.code(), id).catch(() => undefined);
    expect(seen).toEqual(["[secret] and [secret]"]);
  },
);

test("a sign-in that waits for its user is not written into an account that was signed out meanwhile", async () => {
  const { house, id } = await street.signedIn();
  const account = house.vault.accounts.get(id);
  const attempt = account === null ? null : house.vault.journal.begin(account, "authorization_code", 1);
  if (attempt === null) throw new Error("no attempt");
  const answered = house.vault.journal.answer(attempt, { status: 200, headers: {}, body: "{}", received_at: 2 });
  const failure = {
    class: "transient",
    code: "identity_unknown",
    message: "The cloud did not say who has signed in.",
    reason: "cloud_unreachable",
    refused: false,
    refusals: 0,
    retry_after_at: null,
    next_refresh_at: 3,
    sign_in_reason: null,
    event: { at: 2, kind: "retried", class: "transient", code: "identity_unknown", message: "No user." },
  } as const;
  house.vault.journal.postpone(answered, failure);
  expect(house.vault.accounts.get(id)).toMatchObject({ last_error_code: "identity_unknown", next_refresh_at: 3 });
  expect(house.vault.journal.open(id)).toMatchObject({ answer: { body: "{}" } });

  await house.keeper.signOut(id);
  const events = house.keeper.events(id);
  house.vault.journal.postpone(answered, failure);
  expect(house.vault.accounts.get(id)).toMatchObject({ last_error_code: null, next_refresh_at: null });
  expect(house.keeper.events(id)).toEqual(events);
});

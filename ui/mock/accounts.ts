import type { AccountEvent, AccountState } from "../../src/keeper/account.ts";
import { blankAccount } from "./blank-account.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./times.ts";

/** How long the cloud's access tokens live. */
const TOKEN_LIFE = 7 * DAY - HOUR;

export function neverSignedIn(): AccountState {
  return {
    ...blankAccount(),
    id: "6a2e1c1e-0b5c-4f0e-9d0a-4d9c2c1b7f10",
    provider: "utec",
    provider_label: "U-tec",
    has_devices: true,
    grant: "authorization_code",
    name: "Home",
    owner: "page",
    client_id: "5f1d0c9be2a74d6c8e10",
    client_secret_set: true,
    redirect_uri: "https://my.home-assistant.io/redirect/oauth",
    status: "sign_in_needed",
    reason: "never_signed_in",
    automatic_refresh: true,
  };
}

/** The `state` of its sign-in, as long as the gateway's own. */
export function stateOf({ id }: Pick<AccountState, "id">): string {
  return id.replaceAll("-", "");
}

/** `account` right after signing in. */
export function freshlySignedIn(account: AccountState, now: number): AccountState {
  return {
    ...account,
    cloud_user: "anna@example.com",
    status: "fresh",
    reason: null,
    generation: account.generation + 1,
    obtained_at: now,
    expires_at: now + TOKEN_LIFE,
    expiry_source: "answer",
    token_usable: true,
    next_refresh_at: now + TOKEN_LIFE * 0.8,
    last_success_at: now,
    last_attempt_at: now,
    recent: [...account.recent, event(now, "signed_in", account.generation + 1, "Signed in.")],
  };
}

export function signedIn(now: number): AccountState {
  const obtained = now - 2.9 * DAY;
  return {
    ...freshlySignedIn(neverSignedIn(), obtained),
    generation: 21,
    refresh_count: 20,
    failure_count: 2,
    recent: past(obtained),
  };
}

/** Twenty-six refreshes, one of which had to be tried twice. */
function past(last: number): readonly AccountEvent[] {
  const step = TOKEN_LIFE * 0.8;
  return Array.from({ length: 26 }, (_, index): readonly AccountEvent[] => {
    const at = last - (25 - index) * step;
    if (index === 0) return [event(at, "signed_in", 1, "Signed in.")];
    if (index !== 18) return [event(at, "refreshed", index + 1, "The token was refreshed.")];
    return [
      {
        ...event(at - 4000, "retried", index, "The U-tec cloud is busy (503); the gateway tries again by itself."),
        class: "transient",
        code: "http_503",
      },
      event(at, "recovered", index + 1, "The token was refreshed on attempt 2."),
    ];
  }).flat();
}

export function event(at: number, kind: AccountEvent["kind"], generation: number, message: string): AccountEvent {
  return { at, kind, generation, class: null, code: null, message };
}

export function retrying(account: AccountState, now: number): AccountState {
  const message = "The U-tec cloud did not answer within 20 s; the gateway tries again by itself.";
  const obtained_at = now - 5.7 * DAY;
  return {
    ...account,
    status: "retrying",
    reason: "cloud_unreachable",
    obtained_at,
    expires_at: obtained_at + TOKEN_LIFE,
    next_refresh_at: now + 48 * SECOND,
    consecutive_failures: 3,
    last_error: { class: "transient", code: "timeout", message, at: now - MINUTE },
    recent: [
      ...past(obtained_at),
      ...[40, 22, 1].map((minutes): AccountEvent => ({
        ...event(now - minutes * MINUTE, "retried", 21, message),
        class: "transient",
        code: "timeout",
      })),
    ],
  };
}

import { Problem } from "../../problem.ts";
import type { TokenReason } from "../account.ts";
import { needsBrowser } from "../providers/grants.ts";
import { accountProvider } from "../providers/account-provider.ts";
import { ACCOUNT_FIELDS } from "../providers/provider-description.ts";
import type { AccountConfiguration, Learned } from "../providers/provider-fields.ts";
import type { Provider } from "../providers/provider.ts";
import type { AccountRow } from "../vault/tables/account-columns.ts";
import type { Beginning } from "../vault/tables/account-table.ts";
import type { Vault } from "../vault/vault.ts";
import { isSameUser } from "./account-configuration.ts";
import { phrase } from "../../said/phrase.ts";

/**
 * How an account with this configuration begins: the gateway signs in by itself where it can; else it waits for a
 * person, and looks up where that one is sent.
 */
export function beginningOf(provider: Provider, stored: AccountConfiguration, now: number): Beginning {
  const { settings, credentials } = stored;
  const own = accountProvider([provider], { provider: provider.id, settings, learned: {} });
  const alone = !needsBrowser(own ?? provider) || credentials.refresh_token !== undefined;
  if (alone) return { sign_in_reason: null, next_refresh_at: now };
  return { sign_in_reason: "never_signed_in", next_refresh_at: own?.tokenUrl === null ? now : null };
}

/** Where an account's secrets are sent. */
const SECRETS_GO_TO = ["url", "issuer", "token_url", "device_authorization_url", "revocation_url"] as const;
const SECRETS = ["client_secret", "password", "refresh_token"] as const;

/**
 * A secret that is stored goes to the host that it was entered for: for another one it must be entered again.
 * @param change what was entered
 * @throws Problem `bad_request` with the field of the secret
 */
export function assertSecretsStay(
  before: AccountConfiguration,
  after: AccountConfiguration,
  change: Readonly<Record<string, unknown>>,
): void {
  const known = new Set(hostsOf(before));
  const other = hostsOf(after).find((host) => !known.has(host));
  if (other === undefined) return;
  const secrets = { client_secret: after.client_secret, ...after.credentials };
  const field = SECRETS.find((name) => (secrets[name] ?? "") !== "" && change[name] === undefined);
  if (field === undefined) return;
  const label = ACCOUNT_FIELDS[field].label.toLowerCase();
  const message = phrase("address_moved", { host: other, label });
  throw new Problem("bad_request", message, { field });
}

function hostsOf({ settings }: AccountConfiguration): string[] {
  return SECRETS_GO_TO.flatMap((field) => URL.parse(settings[field] ?? "")?.host ?? []);
}

/**
 * Writes another configuration of an account. Its tokens stay where the same person at the same cloud is meant.
 * @returns whether they stay
 */
export function changeConfiguration(
  vault: Vault,
  row: AccountRow,
  { before, after }: { readonly before: AccountConfiguration; readonly after: AccountConfiguration },
  beginning: Beginning,
  now: number,
): boolean {
  const begins = after.credentials.refresh_token !== before.credentials.refresh_token;
  const kept = isSameUser(before, after) && !begins;
  const goesOn = kept && beginning.sign_in_reason !== null;
  vault.configurations.change(
    row.id,
    after,
    now,
    (reason) => (goesOn ? goingOn(reason, beginning, now) : beginning),
    kept,
    kept ? stillKnown(row, sameSecrets(before, after)) : {},
  );
  return kept;
}

/** A grant that goes on under new details is due at once; for one that is over, only its sign-in page is looked up. */
function goingOn(sign_in_reason: TokenReason | null, { next_refresh_at }: Beginning, now: number): Beginning {
  return { sign_in_reason, next_refresh_at: sign_in_reason === null ? now : next_refresh_at };
}

function sameSecrets(one: AccountConfiguration, other: AccountConfiguration): boolean {
  const said = ({ client_secret, credentials: { password = "" } }: AccountConfiguration): string =>
    JSON.stringify([client_secret, password]);
  return said(one) === said(other);
}

/** Of the same account at the same address: a login that has worked, and with the same secrets also what has not. */
function stillKnown({ learned: { login_route, token_place, attempts } }: AccountRow, sameSecrets: boolean): Learned {
  const found = login_route !== undefined;
  return {
    ...(found ? { login_route } : {}),
    ...(found && token_place !== undefined ? { token_place } : {}),
    ...(attempts !== undefined && (found || sameSecrets) ? { attempts } : {}),
  };
}

import type { RefreshPolicy } from "../keeper/account.ts";
import { checkClient, tidyClient } from "../keeper/accounts/client-details.ts";
import { readToken } from "../keeper/answers/token-text.ts";
import type { TakenAccount } from "../keeper/imports/taken-account.ts";
import type { ProviderSettings } from "../keeper/providers/provider-fields.ts";
import { utecProvider } from "../keeper/providers/utec.ts";
import type { UtecUrls } from "../keeper/providers/utec.ts";
import { REFRESH_LIMITS } from "../keeper/schedule/refresh-limits.ts";
import { GATEWAY_SETTINGS } from "../settings/gateway-settings.ts";
import { LOCK_SETTINGS } from "../settings/lock-settings.ts";
import { readAddresses } from "./addresses.ts";
import type { ImportReport } from "./import-state.ts";
import { ConfigReader } from "./reader.ts";
import type { UteclocalConfig, UteclocalKey } from "./uteclocal-config.ts";

/** What the gateway's own settings say, which an account goes without. */
export interface DraftSurroundings extends UtecUrls {
  /** When to refresh the tokens of accounts that say nothing of it. */
  readonly refresh: RefreshPolicy;
  readonly name: string;
  /** Its tokens were taken from this file before, and have been replaced since. */
  readonly tokensAreSpent: boolean;
}

export interface Draft {
  /** Null where the file does not hold enough for one. */
  readonly account: Omit<TakenAccount, "message" | "record"> | null;
  /** Why there is none, or what the account is: one sentence. */
  readonly report: ImportReport;
}

/** Any redirect URI that is right: what is asked is the rest. */
const SOME_REDIRECT = "https://example.test/";

/** What an account becomes by a config. Pure; every key that has a value is in the report, once. */
export function draftOf(config: UteclocalConfig, surroundings: DraftSurroundings): Draft {
  const reader = new ConfigReader(config);
  const client = readClient(reader, surroundings.name);
  const tokens = readTokens(reader, surroundings.tokensAreSpent);
  const settings = { ...readScope(reader), ...readAddresses(reader, surroundings) };
  const policy = readPolicy(reader, surroundings.refresh);
  readTheRest(reader);
  const { generation } = config;
  const rest = { generation, taken: reader.taken(), not_taken: reader.notTaken() };
  if ("missing" in client) return { account: null, report: { ...rest, taken: [], message: client.missing } };
  return {
    account: { ...client, ...tokens, ...policy, settings },
    report: { ...rest, message: sentenceOf(client.redirect_uri, tokens) },
  };
}

interface Client {
  readonly name: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly redirect_uri: string;
}

function readClient(reader: ConfigReader, name: string): Client | { readonly missing: string } {
  const redirect = reader.either("redirect_uri", "redirect_url");
  const client = tidyClient({
    name,
    client_id: reader.text("access_key") ?? "",
    client_secret: reader.text("secret_key") ?? "",
    redirect_uri: reader.text(redirect) ?? "",
  });
  const lacks = [
    ...(client.client_id === "" ? ["the client id (access_key)"] : []),
    ...(client.client_secret === "" ? ["the client secret (secret_key)"] : []),
  ];
  if (lacks.length > 0) {
    const verb = lacks.length > 1 ? "are" : "is";
    return {
      missing: `${capital(lacks.join(" and "))} ${verb} missing, so there is no account to make: add the account by hand.`,
    };
  }
  const wrong = checkClient({ ...client, redirect_uri: SOME_REDIRECT });
  if (wrong !== null) return { missing: `${wrong.message} No account was made.` };
  reader.take("access_key", "the client id");
  reader.take("secret_key", "the client secret");
  if (client.redirect_uri === "") return client;
  const wrongRedirect = checkClient(client);
  if (wrongRedirect === null) {
    reader.take(redirect, "the redirect URI");
    return client;
  }
  reader.refuse(redirect, `is not usable. ${wrongRedirect.message}`);
  return { ...client, redirect_uri: "" };
}

type Tokens = Pick<TakenAccount, "access_token" | "refresh_token">;

function readTokens(reader: ConfigReader, areSpent: boolean): Tokens {
  const tokens = { access_token: token(reader, "access_token"), refresh_token: token(reader, "refresh_token") };
  for (const key of ["token_expires_at", "token_expires_in"] as const) {
    if (reader.has(key)) {
      reader.refuse(key, "does not say for certain when the token ends: the gateway refreshes it at once instead.");
    }
  }
  const type = reader.text("token_type");
  if (type !== null && type.trim().toLowerCase() === "bearer") reader.take("token_type", "how every token is sent");
  else if (type !== null) reader.refuse("token_type", "is not used: every token is sent as a bearer token.");
  if (areSpent) {
    for (const key of ["access_token", "refresh_token"] as const) {
      if (reader.has(key)) reader.refuse(key, "was taken from this file before, and has been replaced since: sign in.");
    }
    return { access_token: null, refresh_token: null };
  }
  if (tokens.access_token !== null) reader.take("access_token", "the present access token");
  if (tokens.refresh_token !== null) reader.take("refresh_token", "the refresh token, which is used at once");
  return tokens;
}

function token(reader: ConfigReader, key: "access_token" | "refresh_token"): string | null {
  const said = reader.text(key);
  if (said === null) return null;
  const read = readToken(said);
  if (read === null) reader.refuse(key, "is no token: only what stands in a token's place.");
  return read;
}

function readScope(reader: ConfigReader): ProviderSettings {
  const scope = reader.text("scope")?.trim().replace(/\s+/g, " ") ?? null;
  if (scope === null) return {};
  // RFC 6749 3.3.
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope) || scope.length > 1024) {
    reader.refuse("scope", "holds characters that no scope has: the gateway asks for its own.");
    return {};
  }
  if (scope === utecProvider().scope) {
    reader.take("scope", "the scope that the gateway asks for anyway");
    return {};
  }
  reader.take("scope", `the account's own scope: ${scope}`);
  return { scope };
}

function readPolicy(reader: ConfigReader, forAll: RefreshPolicy): Pick<TakenAccount, "policy" | "policySet"> {
  const automatic = reader.flag("auto_refresh_enabled");
  if (automatic !== null) reader.take("auto_refresh_enabled", `automatic refresh: ${automatic ? "on" : "off"}`);
  const minutes = reader.wholeNumber("refresh_buffer_minutes");
  const { min, max } = REFRESH_LIMITS.minutes;
  const buffer = minutes !== null && minutes >= min && minutes <= max ? minutes : null;
  if (buffer !== null) {
    reader.take("refresh_buffer_minutes", `refreshed ${buffer} minutes before a token ends`);
  } else if (minutes !== null) {
    reader.refuse("refresh_buffer_minutes", `must be from ${min} to ${max}: the gateway's own times are used.`);
  }
  return {
    policy: {
      ...forAll,
      automatic_refresh: automatic ?? forAll.automatic_refresh,
      ...(buffer === null ? {} : { refresh_buffer_ms: buffer * 60_000, refresh_buffer_share: null }),
    },
    policySet: automatic !== null || buffer !== null,
  };
}

/** What has its place elsewhere in the gateway, or none. */
function readTheRest(reader: ConfigReader): void {
  const seconds = reader.wholeNumber(reader.either("status_poll_interval", "status_poll_seconds"));
  const { poll_interval } = LOCK_SETTINGS;
  for (const key of ["status_poll_interval", "status_poll_seconds"] as const) {
    if (seconds === null || !reader.isOpen(key)) continue;
    const said = seconds >= poll_interval.min && seconds <= poll_interval.max ? `, to ${seconds}` : "";
    reader.refuse(
      key,
      `is a setting of the whole gateway: set ${poll_interval.variable} (${poll_interval.option})${said}.`,
    );
  }
  const { log_level } = GATEWAY_SETTINGS;
  const reasons: Readonly<Partial<Record<UteclocalKey, string>>> = {
    log_level: `is a setting of the whole gateway: set ${log_level.variable} (${log_level.option}).`,
    devices_path: "is not used: the gateway lists the devices as U-tec documents it.",
    auth_code: "is good for one sign-in, and was used for it.",
  };
  for (const [key, reason] of Object.entries(reasons) as [UteclocalKey, string][]) {
    if (reader.isOpen(key)) reader.refuse(key, reason);
  }
}

function sentenceOf(redirect_uri: string, { access_token, refresh_token }: Tokens): string {
  const lacks =
    redirect_uri === "" ? " The redirect URI is missing: enter it under Accounts before the next sign-in." : "";
  if (refresh_token !== null) return `Nobody has to sign in: the sign-in goes on from the refresh token.${lacks}`;
  if (access_token !== null) {
    return `There is no refresh token: sign in before the access token ends, which is within days.${lacks}`;
  }
  return `There are no tokens: sign in.${lacks}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

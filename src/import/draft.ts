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
import { phrase } from "../said/phrase.ts";

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
  if (wrong !== null) return { missing: phrase("import_wrong_client", { sentence: wrong.message }) };
  reader.take("access_key", phrase("part_becomes_client_id"));
  reader.take("secret_key", phrase("part_becomes_client_secret"));
  if (client.redirect_uri === "") return client;
  const wrongRedirect = checkClient(client);
  if (wrongRedirect === null) {
    reader.take(redirect, phrase("part_becomes_redirect_uri"));
    return client;
  }
  reader.refuse(redirect, phrase("part_reason_unusable", { sentence: wrongRedirect.message }));
  return { ...client, redirect_uri: "" };
}

type Tokens = Pick<TakenAccount, "access_token" | "refresh_token">;

function readTokens(reader: ConfigReader, areSpent: boolean): Tokens {
  const tokens = { access_token: token(reader, "access_token"), refresh_token: token(reader, "refresh_token") };
  for (const key of ["token_expires_at", "token_expires_in"] as const) {
    if (reader.has(key)) {
      reader.refuse(key, phrase("part_reason_end_unknown"));
    }
  }
  const type = reader.text("token_type");
  if (type !== null && type.trim().toLowerCase() === "bearer") reader.take("token_type", phrase("part_becomes_bearer"));
  else if (type !== null) reader.refuse("token_type", phrase("part_reason_bearer"));
  if (areSpent) {
    for (const key of ["access_token", "refresh_token"] as const) {
      if (reader.has(key)) reader.refuse(key, phrase("part_reason_spent"));
    }
    return { access_token: null, refresh_token: null };
  }
  if (tokens.access_token !== null) reader.take("access_token", phrase("part_becomes_access_token"));
  if (tokens.refresh_token !== null) reader.take("refresh_token", phrase("part_becomes_refresh_token"));
  return tokens;
}

function token(reader: ConfigReader, key: "access_token" | "refresh_token"): string | null {
  const said = reader.text(key);
  if (said === null) return null;
  const read = readToken(said);
  if (read === null) reader.refuse(key, phrase("part_reason_no_token"));
  return read;
}

function readScope(reader: ConfigReader): ProviderSettings {
  const scope = reader.text("scope")?.trim().replace(/\s+/g, " ") ?? null;
  if (scope === null) return {};
  // RFC 6749 3.3.
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope) || scope.length > 1024) {
    reader.refuse("scope", phrase("part_reason_scope"));
    return {};
  }
  if (scope === utecProvider().scope) {
    reader.take("scope", phrase("part_becomes_own_scope"));
    return {};
  }
  reader.take("scope", phrase("part_becomes_scope", { scope }));
  return { scope };
}

function readPolicy(reader: ConfigReader, forAll: RefreshPolicy): Pick<TakenAccount, "policy" | "policySet"> {
  const automatic = reader.flag("auto_refresh_enabled");
  if (automatic !== null) reader.take("auto_refresh_enabled", `automatic refresh: ${automatic ? "on" : "off"}`);
  const minutes = reader.wholeNumber("refresh_buffer_minutes");
  const { min, max } = REFRESH_LIMITS.minutes;
  const buffer = minutes !== null && minutes >= min && minutes <= max ? minutes : null;
  if (buffer !== null) {
    reader.take("refresh_buffer_minutes", phrase("part_becomes_buffer", { minutes: buffer }));
  } else if (minutes !== null) {
    reader.refuse("refresh_buffer_minutes", phrase("part_reason_buffer", { min, max }));
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
    const said =
      seconds >= poll_interval.min && seconds <= poll_interval.max ? phrase("part_bound_to", { seconds }) : "";
    reader.refuse(
      key,
      phrase("part_reason_setting", { name: poll_interval.variable, option: poll_interval.option, bound: said }),
    );
  }
  const { log_level } = GATEWAY_SETTINGS;
  const reasons: Readonly<Partial<Record<UteclocalKey, string>>> = {
    log_level: `is a setting of the whole gateway: set ${log_level.variable} (${log_level.option}).`,
    devices_path: phrase("part_reason_devices_path"),
    auth_code: phrase("part_reason_used_code"),
  };
  for (const [key, reason] of Object.entries(reasons) as [UteclocalKey, string][]) {
    if (reader.isOpen(key)) reader.refuse(key, reason);
  }
}

function sentenceOf(redirect_uri: string, { access_token, refresh_token }: Tokens): string {
  const lacks = redirect_uri === "" ? phrase("part_lacks_redirect") : "";
  if (refresh_token !== null) return phrase("import_goes_on", { lacks });
  if (access_token !== null) {
    return phrase("import_no_refresh_token", { lacks });
  }
  return phrase("import_no_tokens", { lacks });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import type { AccountField } from "../../../src/keeper/providers/provider-fields.ts";
import type { FieldDescription } from "../../../src/keeper/providers/provider-description.ts";

const WRONG_ADDRESSES = [
  "api.example.com/v1",
  "ftp://files.example.com",
  "https://example.com/two words",
  "anna@example.com",
  "https://anna:secret@example.com/",
  "https://example.com/#top",
  "nonsense",
];
const WRONG_CODES = ["two words", "https://example.com/", "••••••••"];
const WRONG_TOKENS = ["null", "ab", "two words of it", "eyJhbGciOiJIUzI1NiJ9...", "••••••••", "x".repeat(17_000)];
const ANY_TEXT: readonly string[] = [];
/** Longer than what any cloud gives people to copy. */
const TOO_LONG = "a1".repeat(600);

/**
 * What is wrong with a text, by its field: a new field is named here or does not compile. An address is wrong by its
 * kind, and a choice can't be.
 */
const WRONG_TEXTS: Readonly<Record<AccountField, readonly string[]>> = {
  client_id: WRONG_CODES,
  client_secret: WRONG_CODES,
  token: WRONG_TOKENS,
  refresh_token: WRONG_TOKENS,
  username: ["https://example.com/", "••••••••"],
  // What only the gateway sees.
  password: ["hunter\u200b2"],
  scope: ANY_TEXT,
  audience: ANY_TEXT,
  token_in: ["in the post", "header:", "header:Host", "query:two words"],
  kept_answers_s: ["soon", "-1", "1.5", "700000"],
  redirect_uri: [],
  grant: [],
  issuer: [],
  authorize_url: [],
  token_url: [],
  device_authorization_url: [],
  revocation_url: [],
  url: [],
  api_url: ["https://example.com/?region=1"],
  client_authentication: [],
};

/** What a field must not be, by its description. */
export function wrongValues({ name, kind }: FieldDescription): readonly string[] {
  switch (kind) {
    case "url":
      return [...WRONG_ADDRESSES, ...WRONG_TEXTS[name]];
    case "text":
      return [...WRONG_TEXTS[name], ...(WRONG_TEXTS[name] === WRONG_TOKENS ? [] : [TOO_LONG])];
    case "choice":
      return [];
  }
}

const NO_SERVER = "https://cloud.invalid/";

/** What a field may be, of accounts that are never added. */
export const RIGHT_VALUES: Readonly<Record<AccountField, string>> = {
  client_id: "a-client",
  client_secret: "a-secret",
  token: "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
  refresh_token: "a-refresh-token-of-another-program",
  username: "anna",
  password: "hunter2",
  scope: "openid",
  audience: NO_SERVER,
  token_in: "bearer",
  kept_answers_s: "60",
  redirect_uri: NO_SERVER,
  grant: "",
  issuer: NO_SERVER,
  authorize_url: NO_SERVER,
  token_url: NO_SERVER,
  device_authorization_url: NO_SERVER,
  revocation_url: NO_SERVER,
  url: NO_SERVER,
  api_url: NO_SERVER,
  client_authentication: "",
};

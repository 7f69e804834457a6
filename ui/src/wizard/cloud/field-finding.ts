import { bareToken, tokenTrouble } from "../../../../src/keeper/answers/token-text.ts";
import { pastedValue, visible } from "../../../../src/pasted.ts";
import { fieldLabel } from "../../words/accounts/clouds.ts";
import { say } from "../../words/language/words.ts";
import type { Typed } from "../../live/providers.ts";
import type { Finding } from "../credentials.ts";
import type { AskedField } from "./screens.ts";

const LONGEST_VALUE = 1024;
const TOKENS: ReadonlySet<string> = new Set(["token", "refresh_token"]);
/** Codes that a cloud made: no space, no address is one. */
const CODES: ReadonlySet<string> = new Set(["client_id", "client_secret"]);
/** What the gateway takes to the letter: quotes and commas may belong to it. */
const LETTERS: ReadonlySet<string> = new Set(["client_secret", "username", "scope"]);

/** What was typed, as the gateway will store it. */
export function meant(field: AskedField, typed: Typed): string {
  const value = typed[field.name] ?? "";
  if (field.name === "password") return value;
  if (TOKENS.has(field.name)) return bareToken(value);
  return LETTERS.has(field.name) ? visible(value).trim() : pastedValue(field.name, value);
}

/** What is odd about a field, said while somebody types; null where nothing is, or nothing is there yet. */
export function findingIn(field: AskedField, typed: Typed): Finding | null {
  const value = meant(field, typed);
  if (value === "") return null;
  if (TOKENS.has(field.name)) return findingInToken(value);
  if (value.length > LONGEST_VALUE) return mistake(say("clouds.odd_long"));
  if (field.kind === "choice") {
    return field.values.includes(value) ? null : mistake(say("clouds.odd_choice", { values: field.values.join(", ") }));
  }
  if (field.kind === "url") return findingInAddress(value);
  if (CODES.has(field.name)) return findingInCode(field, value, typed);
  return field.name === "password" ? findingInPassword(value, typed) : findingInText(field, value);
}

/** A required field that was left empty. */
export function missingIn(field: AskedField, typed: Typed): Finding | null {
  return meant(field, typed) === "" ? mistake(say("clouds.missing", { field: fieldLabel(field) })) : null;
}

function findingInToken(value: string): Finding | null {
  const trouble = tokenTrouble(value);
  return trouble === null ? null : mistake(say(`clouds.odd_token_${trouble}`));
}

function findingInAddress(value: string): Finding | null {
  if (/\s/.test(value)) return mistake(say("clouds.odd_address_space"));
  if (/^[^@\s/]+@[^@\s/]+\.[^@\s/]+$/.test(value)) return mistake(say("clouds.odd_email"));
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return /^[\w.-]+\.[a-z]{2,}(?::\d+)?(?:\/.*)?$/i.test(value)
      ? mistake(say("clouds.odd_no_scheme", { value }))
      : mistake(say("clouds.odd_no_address"));
  }
  if (url.username !== "" || url.password !== "") {
    return mistake(say("clouds.odd_user"));
  }
  if (url.hash !== "") return mistake(say("wizard.odd_hash"));
  return url.protocol === "http:" && !isNear(url.hostname) ? doubt(say("clouds.odd_http")) : null;
}

/** Within the house, where certificates are rare. */
function isNear(hostname: string): boolean {
  return (
    !hostname.includes(".") ||
    /\.(?:local|lan|home|internal|home\.arpa)$/.test(hostname) ||
    /^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(hostname)
  );
}

function findingInCode(field: AskedField, value: string, typed: Typed): Finding | null {
  if (/\s/.test(value)) return mistake(say("wizard.odd_space"));
  if (isAddress(value)) return mistake(say("clouds.odd_code_address"));
  if (isMasked(value)) return mistake(say("clouds.odd_masked"));
  const other = field.name === "client_id" ? "client_secret" : "client_id";
  return value === (typed[other] ?? "").trim() ? mistake(say("clouds.odd_codes_same")) : null;
}

function findingInPassword(value: string, typed: Typed): Finding | null {
  if (isMasked(value) && value.length > 3) return doubt(say("clouds.odd_password_masked"));
  if (value !== value.trim()) return doubt(say("clouds.odd_password_space"));
  return value === (typed["username"] ?? "").trim() ? doubt(say("clouds.odd_password_is_user")) : null;
}

function findingInText(field: AskedField, value: string): Finding | null {
  if (isAddress(value) && field.name === "username") {
    return mistake(say("clouds.odd_address_as_user"));
  }
  return isMasked(value) ? mistake(say("clouds.odd_masked")) : null;
}

function isAddress(value: string): boolean {
  return /^https?:\/\//i.test(value);
}

function isMasked(value: string): boolean {
  return /^[*•●]+$/.test(value);
}

function mistake(text: string): Finding {
  return { kind: "mistake", text };
}

function doubt(text: string): Finding {
  return { kind: "doubt", text };
}

import { bareToken, tokenTrouble } from "../../../../src/keeper/answers/token-text.ts";
import type { TokenTrouble } from "../../../../src/keeper/answers/token-text.ts";
import { pastedValue, visible } from "../../../../src/pasted.ts";
import type { Typed } from "../../live/providers.ts";
import type { Finding } from "../credentials.ts";
import type { AskedField } from "./screens.ts";

const LONGEST_VALUE = 1024;
const TOKENS: ReadonlySet<string> = new Set(["token", "refresh_token"]);
/** Codes that a cloud made: no space, no address is one. */
const CODES: ReadonlySet<string> = new Set(["client_id", "client_secret"]);
/** What the gateway takes to the letter: quotes and commas may belong to it. */
const LETTERS: ReadonlySet<string> = new Set(["client_secret", "username", "scope"]);

const TOKEN_TROUBLES: Readonly<Record<TokenTrouble, string>> = {
  blank: "There is no token in it. Copy it again.",
  too_short: "This is too short to be a token. Copy the whole of it.",
  too_long: "This is too long to be a token. Copy it again, alone.",
  characters: "It has a space or a character in it that no token has. Copy it again, alone.",
  placeholder: "This only stands in a token's place, such as a word or stars. Copy the token itself.",
};

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
  if (value.length > LONGEST_VALUE) return mistake("This is too long. Copy it again, alone.");
  if (field.kind === "choice") {
    return field.values.includes(value) ? null : mistake(`Choose one of: ${field.values.join(", ")}.`);
  }
  if (field.kind === "url") return findingInAddress(value);
  if (CODES.has(field.name)) return findingInCode(field, value, typed);
  return field.name === "password" ? findingInPassword(value, typed) : findingInText(field, value);
}

/** A required field that was left empty. */
export function missingIn(field: AskedField, typed: Typed): Finding | null {
  return meant(field, typed) === "" ? mistake(`${field.label} is needed.`) : null;
}

function findingInToken(value: string): Finding | null {
  const trouble = tokenTrouble(value);
  return trouble === null ? null : mistake(TOKEN_TROUBLES[trouble]);
}

function findingInAddress(value: string): Finding | null {
  if (/\s/.test(value)) return mistake("It contains a space. Copy the address again, alone.");
  if (/^[^@\s/]+@[^@\s/]+\.[^@\s/]+$/.test(value)) return mistake("This is an e-mail address, not a web address.");
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return /^[\w.-]+\.[a-z]{2,}(?::\d+)?(?:\/.*)?$/i.test(value)
      ? mistake(`Put https:// in front of it: https://${value}`)
      : mistake("This is not a web address: those begin with https:// or http://.");
  }
  if (url.username !== "" || url.password !== "") {
    return mistake("Leave out the user name and password before the @: they have fields of their own.");
  }
  if (url.hash !== "") return mistake("Leave out the # and everything after it.");
  return url.protocol === "http:" && !isNear(url.hostname)
    ? doubt("With http:// what is sent there can be read on the way. Use https:// if the cloud has it.")
    : null;
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
  if (/\s/.test(value)) return mistake("It contains a space. Copy it again, without the line before or after.");
  if (isAddress(value)) return mistake("This is a web address. Copy the code itself.");
  if (isMasked(value)) return mistake("These are only the dots that stand for it. Copy the value itself.");
  const other = field.name === "client_id" ? "client_secret" : "client_id";
  return value === (typed[other] ?? "").trim()
    ? mistake("Client ID and client secret are the same: one of them was pasted twice.")
    : null;
}

function findingInPassword(value: string, typed: Typed): Finding | null {
  if (isMasked(value) && value.length > 3) return doubt("These look like the dots that stand for a password.");
  if (value !== value.trim()) return doubt("It begins or ends with a space. That is right only if the password does.");
  return value === (typed["username"] ?? "").trim() ? doubt("This is the same as the user name.") : null;
}

function findingInText(field: AskedField, value: string): Finding | null {
  if (isAddress(value) && field.name === "username") {
    return mistake("This is a web address. The user name or e-mail address of the login is needed.");
  }
  return isMasked(value) ? mistake("These are only the dots that stand for it. Copy the value itself.") : null;
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

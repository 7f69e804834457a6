import type { ClientDetails, AccountState } from "../../../src/keeper/account.ts";
import { say } from "../words/language/words.ts";
import { pastedValue } from "../../../src/pasted.ts";

export const CREDENTIAL_FIELDS = ["client_id", "client_secret", "redirect_uri"] as const;
export type CredentialField = (typeof CREDENTIAL_FIELDS)[number];
export type Credentials = Readonly<Record<CredentialField, string>>;

/** What is odd about a field: a mistake must be corrected, a doubt may stay. */
export interface Finding {
  readonly kind: "mistake" | "doubt";
  readonly text: string;
}

export function credentialLabel(field: CredentialField): string {
  return say(`wizard.field_${field}`);
}

/** The usual copying mistakes, recognised while somebody types; null where nothing is odd or nothing is there yet. */
export function findingIn(field: CredentialField, typed: Credentials): Finding | null {
  const value = pastedValue(field, typed[field]);
  if (value === "") return null;
  if (/^(client\s*id|client\s*secret|redirect\s*uri|scope)\s*[:=]?\s/i.test(value)) {
    return mistake(say("wizard.odd_label"));
  }
  if (/\s/.test(value)) return mistake(say("wizard.odd_space"));
  return field === "redirect_uri" ? findingInAddress(value) : findingInCode(field, value, typed);
}

/** What is missing before the form can be sent. A secret that is already set may stay. */
export function missingIn(field: CredentialField, typed: Credentials, account: AccountState | null): Finding | null {
  if (pastedValue(field, typed[field]) !== "") return null;
  if (field === "client_secret" && account?.client_secret_set === true) return null;
  return mistake(say(`wizard.missing_${field}`));
}

/** The fields that differ from what the account already has; an empty secret is no change. */
export function changedConfiguration(typed: Credentials, account: AccountState): Partial<ClientDetails> {
  const { client_id, client_secret, redirect_uri } = trimmed(typed);
  return {
    ...(client_id === account.client_id ? {} : { client_id }),
    ...(client_secret === "" ? {} : { client_secret }),
    ...(redirect_uri === account.redirect_uri ? {} : { redirect_uri }),
  };
}

export function trimmed(typed: Credentials): Credentials {
  return {
    client_id: pastedValue("client_id", typed.client_id),
    client_secret: pastedValue("client_secret", typed.client_secret),
    redirect_uri: pastedValue("redirect_uri", typed.redirect_uri),
  };
}

function findingInAddress(value: string): Finding | null {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return mistake(say("wizard.odd_no_address"));
  }
  if (url.username !== "" || url.password !== "") return mistake(say("wizard.odd_user"));
  if (url.hash !== "") return mistake(say("wizard.odd_hash"));
  if (value.endsWith("/") && url.pathname !== "/") {
    return doubt(say("wizard.odd_slash"));
  }
  return null;
}

function findingInCode(field: "client_id" | "client_secret", value: string, typed: Credentials): Finding | null {
  if (/^https?:\/\//i.test(value)) return mistake(say("wizard.odd_web_address"));
  if (value.includes("@")) return mistake(say("wizard.odd_email"));
  const isId = field === "client_id";
  const other = isId ? "client_secret" : "client_id";
  if (value !== pastedValue(other, typed[other])) return null;
  return mistake(say(isId ? "wizard.odd_same_as_secret" : "wizard.odd_same_as_id"));
}

function mistake(text: string): Finding {
  return { kind: "mistake", text };
}

function doubt(text: string): Finding {
  return { kind: "doubt", text };
}

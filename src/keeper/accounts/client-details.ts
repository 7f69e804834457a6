import { pastedValue, visible } from "../../pasted.ts";
import { Problem } from "../../problem.ts";
import type { ClientDetails } from "../account.ts";
import type { AccountField } from "../providers/provider-fields.ts";
import { phrase } from "../../said/phrase.ts";

/** What is wrong with a field of an account, in one sentence for people. */
export interface ConfigurationProblem {
  readonly field: "name" | AccountField;
  readonly message: string;
}

const LONGEST_NAME = 64;
const LONGEST_VALUE = 1024;

/** The details as they are stored: what people paste has all sorts of things around it. */
export function tidyClient(details: ClientDetails): ClientDetails {
  return {
    name: tidyName(details.name),
    client_id: pastedValue("client_id", details.client_id),
    client_secret: pastedValue("client_secret", details.client_secret),
    redirect_uri: pastedValue("redirect_uri", details.redirect_uri),
  };
}

export function tidyName(name: string): string {
  return visible(name).trim().replace(/\s+/g, " ");
}

/** The first thing that is wrong with tidied details, or null. */
export function checkClient(details: ClientDetails): ConfigurationProblem | null {
  const { name, client_id, client_secret, redirect_uri } = details;
  return (
    checkName(name) ??
    checkValue("client_id", "client id", client_id) ??
    checkValue("client_secret", "client secret", client_secret) ??
    checkSwap(client_id, client_secret) ??
    checkRedirect(redirect_uri)
  );
}

export function checkName(name: string): ConfigurationProblem | null {
  if (name === "") return problem("name", phrase("name_missing"));
  // An emoji is one character to people, and to the Supervisor.
  if (Array.from(name).length > LONGEST_NAME) return problem("name", phrase("name_too_long", { max: LONGEST_NAME }));
  return null;
}

/** @throws Problem `bad_request` with the field */
export function requireClient(details: ClientDetails): void {
  const wrong = checkClient(details);
  if (wrong !== null) throw new Problem("bad_request", wrong.message, { field: wrong.field });
}

function checkValue(field: "client_id" | "client_secret", label: string, value: string): ConfigurationProblem | null {
  if (value === "") return problem(field, phrase("client_value_missing", { label }));
  if (/\s/.test(value)) return problem(field, phrase("client_value_space", { label }));
  if (/[^\x21-\x7e]/.test(value)) return problem(field, phrase("client_value_character", { label }));
  if (value.length > LONGEST_VALUE) return problem(field, phrase("value_too_long", { label }));
  if (/^https?:\/\//i.test(value)) return problem(field, phrase("client_value_address", { label }));
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) {
    return problem(field, phrase("client_value_email", { label }));
  }
  if (/^[*•]+$/.test(value)) return problem(field, phrase("client_value_dots", { label }));
  return null;
}

function checkSwap(client_id: string, client_secret: string): ConfigurationProblem | null {
  return client_id === client_secret ? problem("client_secret", phrase("client_values_same")) : null;
}

function checkRedirect(uri: string): ConfigurationProblem | null {
  if (uri === "") {
    return problem("redirect_uri", phrase("redirect_missing"));
  }
  if (/\s/.test(uri)) return problem("redirect_uri", phrase("redirect_space"));
  const url = URL.parse(uri);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    return problem("redirect_uri", phrase("redirect_address"));
  }
  if (url.username !== "" || url.password !== "") {
    return problem("redirect_uri", phrase("redirect_user"));
  }
  if (url.hash !== "") return problem("redirect_uri", phrase("redirect_hash"));
  if (/[?&](code|authorization_code|state)=/.test(uri)) {
    return problem("redirect_uri", phrase("redirect_code"));
  }
  return null;
}

function problem(field: keyof ClientDetails, message: string): ConfigurationProblem {
  return { field, message };
}

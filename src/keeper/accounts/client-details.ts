import { pastedValue, visible } from "../../pasted.ts";
import { Problem } from "../../problem.ts";
import type { ClientDetails } from "../account.ts";
import type { AccountField } from "../providers/provider-fields.ts";

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
  if (name === "") return problem("name", "The account has no name: give it one that you will know it by.");
  // An emoji is one character to people, and to the Supervisor.
  if (Array.from(name).length > LONGEST_NAME)
    return problem("name", `The name is longer than ${LONGEST_NAME} characters.`);
  return null;
}

/** @throws Problem `bad_request` with the field */
export function requireClient(details: ClientDetails): void {
  const wrong = checkClient(details);
  if (wrong !== null) throw new Problem("bad_request", wrong.message, { field: wrong.field });
}

function checkValue(field: "client_id" | "client_secret", label: string, value: string): ConfigurationProblem | null {
  if (value === "") return problem(field, `The ${label} is missing: copy it from the app's OpenAPI page.`);
  if (/\s/.test(value)) return problem(field, `The ${label} has a space in it: copy it again, alone.`);
  if (/[^\x21-\x7e]/.test(value))
    return problem(field, `The ${label} has a character that no ${label} has: copy it again.`);
  if (value.length > LONGEST_VALUE) return problem(field, `The ${label} is too long to be one: copy it again, alone.`);
  if (/^https?:\/\//i.test(value)) return problem(field, `The ${label} is a web address: it belongs in another field.`);
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) {
    return problem(
      field,
      `The ${label} is an e-mail address: it is not your login, copy it from the app's OpenAPI page.`,
    );
  }
  if (/^[*•]+$/.test(value))
    return problem(field, `The ${label} is only the dots that stand for it: copy the value itself.`);
  return null;
}

function checkSwap(client_id: string, client_secret: string): ConfigurationProblem | null {
  return client_id === client_secret
    ? problem("client_secret", "Client id and client secret are the same: one of them was pasted twice.")
    : null;
}

function checkRedirect(uri: string): ConfigurationProblem | null {
  if (uri === "") {
    return problem("redirect_uri", "The redirect URI is missing: use the one that is saved in the app's OpenAPI page.");
  }
  if (/\s/.test(uri)) return problem("redirect_uri", "The redirect URI has a space in it: copy it again, alone.");
  const url = URL.parse(uri);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    return problem("redirect_uri", "The redirect URI must be a web address that starts with https:// or http://.");
  }
  if (url.username !== "" || url.password !== "") {
    return problem("redirect_uri", "The redirect URI must not have a user name or password in it.");
  }
  if (url.hash !== "") return problem("redirect_uri", "The redirect URI must not have a # in it.");
  if (/[?&](code|authorization_code|state)=/.test(uri)) {
    return problem("redirect_uri", "The redirect URI holds a code: give the address without what follows the ?.");
  }
  return null;
}

function problem(field: keyof ClientDetails, message: string): ConfigurationProblem {
  return { field, message };
}

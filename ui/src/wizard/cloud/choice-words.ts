import { say } from "../../words/language/words.ts";
import type { Choice } from "./choice-field.ts";

/** The words of the field's standards of which people are told something. */
const CHOICES = [
  "authorization_code",
  "device_code",
  "client_credentials",
  "password",
  "client_secret_post",
  "client_secret_basic",
  "none",
] as const;

/** How a login was asked. */
const FORMATS = ["json_email", "json_username", "form", "client_credentials"] as const;

export function formatWord(format: string): string {
  const known = FORMATS.find((one) => one === format);
  return known === undefined ? format : say(`clouds.format_${known}`);
}

export function choiceOf(value: string): Choice {
  const known = CHOICES.find((one) => one === value);
  return known === undefined
    ? { value, label: value, about: "" }
    : { value, label: say(`clouds.choice_${known}`), about: say(`clouds.choice_${known}_about`) };
}

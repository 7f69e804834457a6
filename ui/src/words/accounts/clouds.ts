/** What the gateway tells of clouds and their fields, in the reader's language: its own English where the page has none. */

import type { AccountState } from "../../../../src/keeper/account-state.ts";
import type { ProviderDescription } from "../../../../src/keeper/providers/provider-description.ts";
import { say, trySay } from "../language/words.ts";

/** What the page says of the field, or of its own question in its place. */
interface Field {
  readonly name: string;
  readonly label: string;
  readonly help: string;
}

export function cloudLabel({ id, label }: Pick<ProviderDescription, "id" | "label">): string {
  return orEnglish(trySay(`clouds.label_${id}`, {}), label);
}

export function cloudPurpose({ id, purpose }: Pick<ProviderDescription, "id" | "purpose">): string {
  return orEnglish(trySay(`clouds.purpose_${id}`, {}), purpose);
}

/** The cloud of an account. */
export function cloudName({ provider, provider_label }: Pick<AccountState, "provider" | "provider_label">): string {
  return cloudLabel({ id: provider, label: provider_label });
}

export function fieldLabel({ name, label }: Pick<Field, "name" | "label">): string {
  return orEnglish(trySay(`clouds.field_${name}`, {}), label);
}

/** What is said of a field of this cloud, else of the field in general. */
export function fieldHelp(providerId: string, { name, help }: Pick<Field, "name" | "help">): string {
  return orEnglish(trySay(`clouds.help_${providerId}_${name}`, {}) ?? trySay(`clouds.help_${name}`, {}), help);
}

/** Nothing for a moment, rather than another language: until the messages have come. */
function orEnglish(worded: string | null, english: string): string {
  return worded ?? (say("clouds.whose_tokens") === "" ? "" : english);
}

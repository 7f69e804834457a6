import type { AccountSettings, AccountState } from "../../../../src/keeper/account.ts";
import type { Typed } from "../../live/providers.ts";
import { meant } from "./field-finding.ts";
import { SET } from "./screens.ts";
import type { Screen } from "./screens.ts";

/** What is sent of what was typed: of the fields that are asked, those that are not empty. */
export function detailsIn(screens: readonly Screen[], typed: Typed): Readonly<Record<string, string>> {
  const said = screens
    .flatMap(({ fields }) => fields.filter(({ name }) => name !== SET))
    .map((field): [string, string] => [field.name, meant(field, typed)])
    .filter(([, value]) => value !== "");
  return Object.fromEntries(said);
}

/** What a form that changes an account begins with: what is stored of it, and over that what somebody has typed. */
export function shownIn({ fields }: AccountSettings, typed: Typed): Typed {
  return { ...fields, ...typed };
}

/**
 * What is sent of an account that is there: the fields that differ from what is stored. An emptied one is taken away; an
 * empty secret stays as it is.
 */
export function changesIn(
  screens: readonly Screen[],
  shown: Typed,
  { fields }: AccountSettings,
): Readonly<Record<string, string>> {
  const stored: Typed = fields;
  const changed = screens
    .flatMap((screen) => screen.fields)
    .map((field) => ({ field, value: meant(field, shown) }))
    .filter(({ field, value }) => (field.secret ? value !== "" : value !== (stored[field.name] ?? "")));
  return Object.fromEntries(changed.map(({ field, value }) => [field.name, value]));
}

/** What a new account is called until somebody gives it a name: its cloud, counted. */
export function freeName(label: string, accounts: readonly Pick<AccountState, "name">[]): string {
  const taken = new Set(accounts.map(({ name }) => name));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? label : `${label} ${count}`;
    if (!taken.has(name)) return name;
  }
}

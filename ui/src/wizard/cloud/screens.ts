import type { Grant } from "../../../../src/keeper/providers/grants.ts";
import type { AccountState } from "../../../../src/keeper/account-state.ts";
import type { AccountField } from "../../../../src/keeper/providers/provider-fields.ts";
import type { FieldDescription, ProviderDescription } from "../../../../src/keeper/providers/provider-description.ts";
import { cloudLabel, fieldLabel } from "../../words/accounts/clouds.ts";
import { currentLocale, say } from "../../words/language/words.ts";
import type { Typed } from "../../live/providers.ts";

/** A field of the account, or the page's own question which of the sets it has. */
export type AskedField = Omit<FieldDescription, "name"> & { readonly name: AccountField | typeof SET };

/** What the wizard asks at once. */
export interface Screen {
  /** In the page's address. */
  readonly name: string;
  readonly title: string;
  readonly fields: readonly AskedField[];
  readonly optional: boolean;
}

/** The screen of all that may stay empty. */
const MORE = "more";
/** Which fields there are depends on it: it comes first. */
const GRANT = "grant";
export const SET = "set";

/** The grant that the fields are for: what was chosen, or the usual one. */
export function grantIn(provider: ProviderDescription, typed: Typed): Grant {
  const grant = provider.grants.find((allowed) => allowed === typed[GRANT]) ?? provider.grants[0];
  if (grant === undefined) throw new RangeError(`${provider.label} has no way to get tokens.`);
  return grant;
}

/** The fields of a cloud, one at a time; those that may stay empty together at the end. */
export function screensOf(provider: ProviderDescription, typed: Typed): readonly Screen[] {
  const grant = grantIn(provider, typed);
  const used = provider.fields.filter(({ name, grants }) => name !== GRANT && grants.includes(grant));
  const sets = provider.one_of;
  const set = chosenSet(provider, typed);
  const inSets = new Set(sets.flat());
  const needed = used.filter((field) => isNeededFor(grant, field) && !inSets.has(field.name));
  const ofSet = used.filter(({ name }) => set.includes(name));
  const others = used.filter((field) => !needed.includes(field) && !inSets.has(field.name));
  const choice = provider.fields.find(({ name }) => name === GRANT);
  return [
    ...(choice === undefined || choice.values.length < 2 ? [] : [choiceScreen(choice)]),
    ...needed.map((field) => fieldScreen(provider, field)),
    ...(sets.length < 2 ? [] : [choiceScreen(setChoice(provider))]),
    ...ofSet.map((field) => fieldScreen(provider, field)),
    ...(others.length === 0 ? [] : [{ name: MORE, title: say("clouds.title_more"), fields: others, optional: true }]),
  ];
}

function choiceScreen(field: AskedField): Screen {
  return { name: field.name, title: say("clouds.title_grant"), fields: [field], optional: false };
}

/** The field's own label says what is asked. */
function fieldScreen(provider: ProviderDescription, field: FieldDescription): Screen {
  return { name: field.name, title: cloudLabel(provider), fields: [field], optional: false };
}

/** Which of the sets an account has: a question of the page's own, whose answer is not sent. */
function setChoice(provider: ProviderDescription): AskedField {
  return {
    name: SET,
    label: say("clouds.set_label"),
    help: say("clouds.set_help"),
    kind: "choice",
    values: provider.one_of.map(setName),
    secret: false,
    required: false,
    grants: provider.grants,
    required_for: [],
    default: null,
  };
}

function chosenSet(provider: ProviderDescription, typed: Typed): readonly AccountField[] {
  const sets = provider.one_of;
  return sets.find((names) => setName(names) === typed[SET]) ?? sets[0] ?? [];
}

/** In every language the same: it may be chosen in one and sent in another. */
function setName(names: readonly AccountField[]): string {
  return names.join(" ");
}

/** A set of fields for people: what stands in each. */
export function setLabel({ fields }: ProviderDescription, set: string): string {
  const names = set.split(" ");
  const labels = fields.filter(({ name }) => names.includes(name)).map(fieldLabel);
  return new Intl.ListFormat(currentLocale(), { type: "conjunction" }).format(labels);
}

/**
 * What is asked of a new account one by one, and of one that is there all at once: its grant stays as it is, and with it
 * which fields mean something.
 */
export function screensFor(
  provider: ProviderDescription,
  typed: Typed,
  account: Pick<AccountState, "grant"> | null,
): readonly Screen[] {
  if (account === null) return screensOf(provider, typed);
  const { grant } = account;
  const fields = provider.fields.filter(
    ({ name, kind, grants }) => name !== GRANT && kind !== "choice" && (grant === null || grants.includes(grant)),
  );
  return [{ name: "all", title: say("clouds.title_settings"), fields, optional: false }];
}

/** Whether an account with this grant can't be without the field. */
export function isNeededFor(grant: Grant | null, field: AskedField): boolean {
  return field.required || (grant !== null && field.required_for.includes(grant));
}

/**
 * The screen of a name. Nobody is left at a later one with an earlier one empty: what was typed is gone when the page is
 * loaded anew.
 */
export function screenAt(screens: readonly Screen[], name: string | null, typed: Typed): Screen {
  const at = Math.max(
    screens.findIndex((screen) => screen.name === name),
    0,
  );
  const open = screens.findIndex(
    ({ fields, optional }) =>
      !optional && fields.some((field) => field.kind !== "choice" && (typed[field.name] ?? "") === ""),
  );
  const screen = screens[open === -1 ? at : Math.min(at, open)];
  if (screen === undefined) throw new RangeError("This cloud asks for nothing.");
  return screen;
}

import { IntlMessageFormat } from "intl-messageformat";
import { readersLanguages } from "./choice.ts";
import { localeFor } from "./languages.ts";
import type { Language } from "./languages.ts";
import { groupOf } from "./message-areas.ts";
import type { Group, WordKey } from "./message-areas.ts";

/** A message that takes values alone is its text with their `{names}`; any other has been parsed when the page was built. */
export type Message = string | ConstructorParameters<typeof IntlMessageFormat>[0];
export type Messages = Readonly<Record<string, Message>>;
export type LoadMessages = (language: Language, group: Group) => Promise<Messages>;

/** What a message is completed with. */
export type Values = Readonly<Record<string, string | number>>;
/** What a message is completed with where it holds elements: they, or what makes one of the text between its tags. */
export type RichValues<T> = Readonly<Record<string, string | number | T | ((chunks: (string | T)[]) => T)>>;

let language: Language = "en";
let locale = "en-GB";
let load: LoadMessages = () => Promise.resolve({});
let groups = new Map<Group, Messages>();
let wishes = 0;
const underWay = new Map<Group, Promise<void>>();
const asked = new Set<Group>();
const formats = new Map<WordKey, IntlMessageFormat>();
const listeners = new Set<() => void>();

/**
 * Speaks `wanted` from now on, once its messages have come. Rejects, and changes nothing, where they do not come; of two
 * wishes the later one counts.
 */
export async function speak(wanted: Language, from: LoadMessages = load): Promise<void> {
  wishes += 1;
  const wish = wishes;
  const needed: readonly Group[] = groups.size === 0 ? ["first"] : [...groups.keys()];
  const loaded = await Promise.all(needed.map(async (group) => [group, await from(wanted, group)] as const));
  if (wish !== wishes) return;
  load = from;
  language = wanted;
  locale = localeFor(wanted, readersLanguages());
  groups = new Map(loaded);
  asked.clear();
  underWay.clear();
  formats.clear();
  notify();
}

export function currentLanguage(): Language {
  return language;
}

/** For `Intl`: the language, and the reader's own region of it. */
export function currentLocale(): string {
  return locale;
}

/** Calls `listener` whenever what was said before reads otherwise now; returns the end of it. */
export function onWords(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A message in the reader's language. Empty until its group of messages has come; then the elements are drawn again. */
export function say(key: WordKey, values: Values = {}): string {
  const message = messageOf(key);
  if (message === undefined) return unknownWord(key);
  if (typeof message === "string") return filled(message, values).join("");
  return String(formatOf(key, message).format(values));
}

/** The same where some of its values, or what stands between its tags, are elements. */
export function sayWith<T extends object>(key: WordKey, values: RichValues<T>): (string | T)[] {
  const message = messageOf(key);
  if (message === undefined) return [unknownWord(key)];
  if (typeof message === "string") return filled(message, values as Readonly<Record<string, string | number | T>>);
  const said: string | T | (string | T)[] = formatOf(key, message).format<T>(values);
  return Array.isArray(said) ? said : [said];
}

/**
 * What the gateway says by `key`, in the reader's language; null where this page has no such message, or it takes what the
 * gateway did not give: one of them is older than the other.
 */
export function trySay(key: string, values: Values): string | null {
  if (messageOf(key as WordKey) === undefined) return null;
  try {
    return say(key as WordKey, values);
  } catch {
    return null;
  }
}

/** @throws Error where a value is missing, as of a parsed message */
function filled<T>(text: string, values: Readonly<Record<string, string | number | T>>): (string | T)[] {
  return text.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part;
    const value = values[part];
    if (value === undefined) throw new Error(`A message takes "${part}", which is missing.`);
    return typeof value === "number" ? String(value) : value;
  });
}

function messageOf(key: WordKey): Message | undefined {
  const name = groupOf(key);
  const group = groups.get(name);
  // Asked for once; again with the next language or by `needWords` where it does not come.
  if (group === undefined && !asked.has(name)) needWords(name).catch(() => undefined);
  return group !== undefined && Object.hasOwn(group, key) ? group[key] : undefined;
}

/** Resolves once the messages of `group` are there; rejects where they do not come. */
export async function needWords(group: Group): Promise<void> {
  if (groups.has(group)) return;
  asked.add(group);
  const flight = underWay.get(group) ?? fetchGroup(group);
  underWay.set(group, flight);
  try {
    await flight;
  } finally {
    if (underWay.get(group) === flight) underWay.delete(group);
  }
}

async function fetchGroup(group: Group): Promise<void> {
  const spoken = language;
  const messages = await load(spoken, group);
  // Another language was chosen meanwhile: in that one.
  if (spoken !== language) return needWords(group);
  groups.set(group, messages);
  notify();
}

/**
 * Keys end with the gateway's own word for a thing. For a word that this page does not know, of a newer gateway, the word
 * as it is. Empty until its group of messages has come.
 */
function unknownWord(key: string): string {
  const known = Object.keys(groups.get(groupOf(key as WordKey)) ?? {});
  for (let end = key.lastIndexOf("_"); end > 0; end = key.lastIndexOf("_", end - 1)) {
    const word = key.slice(end + 1);
    if (known.some((name) => name.startsWith(key.slice(0, end + 1))))
      return /^(?:undefined|null|)$/.test(word) ? "" : word.replaceAll("_", " ");
  }
  return "";
}

function formatOf(key: WordKey, message: Exclude<Message, string>): IntlMessageFormat {
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new IntlMessageFormat(message, locale);
  formats.set(key, format);
  return format;
}

function notify(): void {
  for (const listener of listeners) listener();
}

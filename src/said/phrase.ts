import { PHRASES } from "./phrases.ts";
import type { PhraseKey, PhraseParams } from "./phrases.ts";

type Values<Key extends PhraseKey> = Readonly<Record<PhraseParams<Key>, string | number>>;

/**
 * What the gateway says by `key`, in English: for the log, for what is stored, and for whoever knows no such key. `saidOf`
 * finds the key and its values again in the text, whenever it was written.
 */
export function phrase<Key extends PhraseKey>(
  key: Key,
  ...[values]: PhraseParams<Key> extends never ? [] : [values: Values<Key>]
): string {
  const given = new Map<string, string | number>(Object.entries(values ?? {}));
  return PHRASES[key].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(given.get(name) ?? ""));
}

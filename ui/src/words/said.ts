import type { Said } from "../../../src/said/said.ts";
import { currentLanguage, say, trySay } from "./language/words.ts";

/** Something that the gateway said: in English, and as what its sentence is made of where it told that. */
export interface Told {
  readonly message: string;
  readonly said?: Said | null | undefined;
  /** The kind of problem, which has a sentence of its own where nothing closer can be said. */
  readonly code?: string | null;
  readonly class?: string | null;
}

/**
 * The gateway's sentence in the reader's language. Where this page has no such phrase (the gateway is newer, or the words
 * are somebody else's) it is said in general what kind of problem it is; English words are for readers of English alone.
 *
 * @param otherwise what is said where nothing else can be, of what is no problem
 */
export function told({ message, said, code, class: kind }: Told, otherwise: string | null = null): string {
  // The gateway says it in English itself.
  if (currentLanguage() === "en") return unbroken(message);
  const sentence = (said ? worded(said) : null) ?? general("code", code) ?? general("class", kind);
  return unbroken(sentence ?? otherwise ?? say("said.code_other"));
}

/** No line ends between a number and its seconds. */
function unbroken(sentence: string): string {
  return sentence.replaceAll(/(\d) s\b/gu, "$1\u00A0s");
}

function general(what: "class" | "code", which: string | null | undefined): string | null {
  return which ? trySay(`said.${what}_${which}`, {}) : null;
}

/** Null where a part of it has no words. */
function worded({ key, params }: Said): string | null {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params)) {
    const words = typeof value === "object" ? worded(value) : value;
    if (words === null) return null;
    values[name] = words;
  }
  return trySay(`said.${key}`, values);
}

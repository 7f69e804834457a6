import { GERMAN } from "./de.ts";
import { ENGLISH } from "./en.ts";
import type { PageWords } from "./en.ts";
import { SPANISH } from "./es.ts";
import { FRENCH } from "./fr.ts";
import { ITALIAN } from "./it.ts";
import { DUTCH } from "./nl.ts";
import { POLISH } from "./pl.ts";
import { BRAZILIAN } from "./pt-br.ts";

export type { PageWords } from "./en.ts";

/** The languages of the built page, as `<html lang>` names them. */
const WORDS: ReadonlyMap<string, PageWords> = new Map([
  ["en", ENGLISH],
  ["de", GERMAN],
  ["fr", FRENCH],
  ["es", SPANISH],
  ["nl", DUTCH],
  ["it", ITALIAN],
  ["pl", POLISH],
  ["pt-BR", BRAZILIAN],
]);

export interface Spoken {
  readonly lang: string;
  readonly words: PageWords;
}

/** More would be no person's wish. */
const MOST_WISHES = 20;

/** The first language of `Accept-Language` that the pages speak, best first; else English. */
export function spokenTo(acceptLanguage: string | undefined): Spoken {
  const wishes = (acceptLanguage ?? "")
    .split(",", MOST_WISHES)
    .map((wish) => {
      const [name = "", quality] = wish
        .trim()
        .toLowerCase()
        .split(/;\s*q=/);
      return { family: name.split("-")[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  for (const { family } of wishes) {
    for (const [lang, words] of WORDS) if (lang.split("-")[0] === family) return { lang, words };
  }
  return { lang: "en", words: ENGLISH };
}

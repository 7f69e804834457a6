import { visible } from "../../pasted.ts";

/** The characters of an address for which HTML has names; the rest of its names stand in none. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  shy: "",
  equals: "=",
  quest: "?",
  num: "#",
  percnt: "%",
};

/**
 * A pasted text without what programs made of it that is certain: HTML's names of characters, a mail's own encoding and
 * quoting, invisible characters, typographic quotes and hyphens, the wide letters of Asian keyboards.
 */
export function plainText(pasted: string): string {
  const text = fromMail(fromHtml(pasted))
    .replace(/[\u2018\u2019\u201a\u201b\u2039\u203a]/g, "'")
    .replace(/[\u201c-\u201f\u00ab\u00bb]/g, '"')
    .replace(/[\u2010\u2011\u2212\ufe63]/g, "-")
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  return visible(text).trim();
}

/** Percent-decoded once; what is no valid encoding stays as it is. */
export function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  });
}

/** A page source that was escaped more than once is `&amp;amp;`. */
function fromHtml(text: string): string {
  for (let before = text, times = 0; ; times++) {
    const after = before.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (entity, digits, hex, name) => {
      if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? entity;
      const point = digits === undefined ? Number.parseInt(String(hex), 16) : Number(digits);
      return point <= 0x10ffff ? String.fromCodePoint(point) : entity;
    });
    if (after === before || times === 3) return after;
    before = after;
  }
}

/** Without the marks of a quoted mail, and from the quoted-printable of a mail's source, where every `=` is `=3D`. */
function fromMail(text: string): string {
  const unquoted = text.replace(/^[ \t]*(?:>[ \t]?)+/gm, "");
  const encoded = unquoted.match(/[?&]\w+=3D/g)?.length ?? 0;
  const plain = unquoted.match(/[?&]\w+=(?!3D)/g)?.length ?? 0;
  if (encoded < 2 || plain > 0) return unquoted;
  return unquoted
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

import { visible } from "../../pasted.ts";

/** What HTML has names for and stands in an address or around it; a parameter is found behind any other name. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  shy: "",
  equals: "=",
  percnt: "%",
};
/** `&amp;amp;` is a page source that was escaped twice. */
const MOST_ESCAPES = 4;

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

function fromHtml(text: string): string {
  let plain = text;
  for (let times = 0; times < MOST_ESCAPES; times++) {
    plain = plain.replace(/&(#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,6});/gi, (entity, name: string) => named(name) ?? entity);
  }
  return plain;
}

function named(name: string): string | undefined {
  if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()];
  return String.fromCodePoint(Number(name.slice(1).replace(/^x/i, "0x")));
}

/** Without the marks of a quoted mail, and from the quoted-printable of a mail's source, where every `=` is `=3D`. */
function fromMail(text: string): string {
  const unquoted = text.replace(/^[ \t]*(?:>[ \t]?)+/gm, "");
  const values = [...unquoted.matchAll(/[?&]\w+=(3D)?/g)];
  if (values.length < 2 || values.some(([, sign]) => sign === undefined)) return unquoted;
  return unquoted
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

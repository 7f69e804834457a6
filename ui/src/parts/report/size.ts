import { currentLocale } from "../../words/language/words.ts";

/** How long a text is as a file: `312 B`, `12 kB`. */
export function size(text: string): string {
  const bytes = new TextEncoder().encode(text).length;
  const [value, unit] = bytes < 1000 ? [bytes, "byte"] : [bytes / 1000, "kilobyte"];
  const maximumFractionDigits = value < 10 && bytes >= 1000 ? 1 : 0;
  return new Intl.NumberFormat(currentLocale(), {
    style: "unit",
    unit,
    unitDisplay: "narrow",
    maximumFractionDigits,
  }).format(value);
}

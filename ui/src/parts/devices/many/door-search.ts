import type { DeviceState } from "../../../../../src/state/picture.ts";

/** Accents of the Latin, Greek and Cyrillic scripts, and the points of Hebrew and Arabic: what people leave out when they search. */
const POINTS =
  /[\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06ED]/g;
/** Letters that are no other letter with a point, and are written as these where a keyboard lacks them. */
const LETTERS: Readonly<Record<string, string>> = { ß: "ss", ł: "l", ø: "o", đ: "d", ı: "i", æ: "ae", œ: "oe", ς: "σ" };

/** A name as it is searched: without case, accents and widths, in any script. */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(POINTS, "")
    .toLowerCase()
    .replace(/[ßłøđıæœς]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize("NFC");
}

/** Devices with every word of `wanted` in their name, or in the cloud's; all of them where nothing is wanted. */
export function withName(devices: readonly DeviceState[], wanted: string): readonly DeviceState[] {
  const words = folded(wanted)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return devices;
  return devices.filter(({ name, cloud_name }) => {
    const names = folded(`${name} ${cloud_name}`);
    return words.every((word) => names.includes(word));
  });
}

import type { DeviceKind } from "../../state/picture.ts";

/** Connects devices to the cloud; a "lock bridge" is not a lock. */
const BRIDGE = /^(bridge|gateway|hub)$/;

/**
 * Words that reveal the kind, by their endings: `SmartLock`, `doorlock`, `downlight`. The first that fits counts.
 * `swtich` is a spelling of the cloud's own; a clock is not a lock.
 */
const KINDS: readonly (readonly [DeviceKind, RegExp])[] = [
  ["lock", /^(?!.*(?:clock|block|flock|unlock)$).*lock$/],
  ["plug", /(plug|outlet)$/],
  ["switch", /(switch|swtich)$/],
  ["light", /(light|bulb|lamp|dimmer)$/],
];

/** The words in a category or a handle type, in lower case, without version numbers: `bridge0503`, `LockPro2`. */
export function wordsOf(name: string | null): string[] {
  return (name ?? "")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== "");
}

/**
 * The category comes first: a dimmer on the wall and a bulb share one handle type. But a handle type that says lock
 * wins: what has a bolt must never be switched like a lamp.
 */
export function kindOf(category: string | null, handleType: string | null): DeviceKind {
  const handled = kindIn(handleType);
  if (handled === "lock") return "lock";
  return kindIn(category) ?? handled ?? "unknown";
}

function kindIn(name: string | null): DeviceKind | null {
  const words = wordsOf(name);
  if (words.some((word) => BRIDGE.test(word))) return "unknown";
  return KINDS.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0] ?? null;
}

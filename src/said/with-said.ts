import { partOf, saidOf } from "./said-of.ts";
import type { Said } from "./said.ts";

/** The import's words on a key are parts, told as they are. */
const PARTS_IN = [
  ["as", "becomes"],
  ["reason", "reason"],
] as const;

/**
 * What goes to the page and to Home Assistant: a copy in which `said` stands beside every sentence of the gateway. Devices
 * say nothing: they are left as they are, for there may be hundreds.
 */
export function withSaid<Value>(value: Value): Value {
  return copied(value) as Value;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => copied(one));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    ([name, part]) => [name, name === "devices" ? part : copied(part)] as const,
  );
  const said = "said" in value ? null : saidIn(new Map(entries));
  return Object.fromEntries(said === null ? entries : [...entries, ["said", said]]);
}

function saidIn(entries: ReadonlyMap<string, unknown>): Said | null {
  const sentence = entries.get("message") ?? entries.get("problem");
  if (typeof sentence === "string") return saidOf(sentence);
  if (!entries.has("key") || entries.size > 2) return null;
  for (const [name, part] of PARTS_IN) {
    const text = entries.get(name);
    if (typeof text === "string") return partOf(part, text);
  }
  return null;
}

import { isObject, parseJson } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { LoginRoute } from "../providers/provider-fields.ts";

/** An answer of a cloud as it came, before anybody reads it. Holds tokens: it is journalled sealed and never logged. */
export interface RawAnswer {
  readonly status: number;
  /** Only those that decide something; some logins give the token in `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Epoch ms of our clock when the body was complete. */
  readonly received_at: number;
  /** How a login was asked, where there was a choice. */
  readonly route?: LoginRoute;
}

export const KEPT_HEADERS = ["date", "retry-after", "www-authenticate", "content-type", "authorization"] as const;

/**
 * The body as an object: JSON (also with a byte order mark, or as a string of JSON within JSON), else a form as some
 * token endpoints answer it; null for anything else.
 */
export function bodyObject(answer: RawAnswer): JsonObject | null {
  const text = answer.body.replace(/^\uFEFF/, "").trim();
  const value = parseJson(text);
  if (isObject(value)) return value;
  if (typeof value === "string") {
    const inner = parseJson(value);
    return isObject(inner) ? inner : null;
  }
  if (value === undefined && /^[\w.-]+=[^\s<>]*(&[\w.-]+=[^\s<>]*)*$/.test(text)) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  return null;
}

/** The value at a path of property names, or undefined. An empty path is the object itself. */
export function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

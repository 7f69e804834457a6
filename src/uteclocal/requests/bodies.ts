import { raw } from "express";
import type { Request, RequestHandler } from "express";
import { isObject, parseJson } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import { Refusal } from "./refusal.ts";

const BODY_LIMIT_BYTES = 64 * 1024;

/** Keeps a request's body as it came: each address says itself how it is to be read. */
export const takeBody: RequestHandler = raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });

/** What may be wrong with a body before anybody has read it. */
export function bodyRefusal(error: unknown): Refusal | null {
  if (!isObject(error) || typeof error["type"] !== "string") return null;
  switch (error["type"]) {
    case "entity.too.large":
      return new Refusal(413, `The body is longer than ${BODY_LIMIT_BYTES / 1024} KiB.`);
    case "encoding.unsupported":
      return new Refusal(415, "Send the body without Content-Encoding.");
    default:
      return new Refusal(400, "The body did not arrive whole.");
  }
}

/** @throws Refusal 422 for what is no JSON object */
export function jsonBody(request: Request): JsonObject {
  const type = mediaType(request);
  // A page elsewhere can make a browser send text or a form without asking first, but not this.
  if (type !== "" && type !== "application/json" && !type.endsWith("+json")) {
    throw new Refusal(422, `Send JSON with Content-Type: application/json, not ${type.slice(0, 60)}.`);
  }
  const value = parseJson(textOf(request).replace(/^\u{feff}/u, ""));
  if (!isObject(value)) throw new Refusal(422, "The body must be a JSON object.");
  return value;
}

/** As jsonBody, but nothing at all is an empty object. */
export function optionalJsonBody(request: Request): JsonObject {
  return textOf(request).trim() === "" ? {} : jsonBody(request);
}

/** The fields of an HTML form, urlencoded or multipart; files are left out. @throws Refusal 422 */
export async function formBody(request: Request): Promise<JsonObject> {
  const type = mediaType(request);
  if (type !== "application/x-www-form-urlencoded" && type !== "multipart/form-data") {
    throw new Refusal(422, "Send a form: urlencoded, or multipart/form-data.");
  }
  const headers = { "Content-Type": request.headers["content-type"] ?? "" };
  try {
    const form = await new Response(new Uint8Array(bytesOf(request)), { headers }).formData();
    return Object.fromEntries([...form].filter(([, value]) => typeof value === "string"));
  } catch (cause) {
    throw new Refusal(422, "The form can't be read.", { cause });
  }
}

/** A device's id as a request names it: a text or a number. Null for nothing. */
export function idOf(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

function mediaType({ headers }: Request): string {
  return headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function textOf(request: Request): string {
  return bytesOf(request).toString("utf8");
}

/** Express leaves undefined for a request without a body. */
function bytesOf({ body }: Request): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

import { at, bodyObject } from "../answers/raw-answer.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import type { Provider } from "../providers/provider.ts";

/** What begins a sign-in on another device (RFC 8628, section 3.2). `device_code` is a secret. */
export interface DeviceAuthorization {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string | null;
  readonly life_ms: number;
  readonly interval_ms: number;
}

const DEFAULT_INTERVAL_S = 5;
const DEFAULT_LIFE_S = 15 * 60;
const LONGEST_LIFE_S = 24 * 3600;
const LONGEST_INTERVAL_S = 4 * 60;
const LONGEST_USER_CODE = 100;

/** Null where the answer does not say what a person enters where. */
export function readDeviceAuthorization(answer: RawAnswer, provider: Provider): DeviceAuthorization | null {
  if (answer.status >= 300) return null;
  const body = bodyObject(answer);
  const read = (name: string): unknown =>
    provider.answerPaths.map((path) => at(body, [...path, name])).find((value) => value !== undefined);
  const device_code = textOf(read("device_code"));
  const user_code = textOf(read("user_code"));
  // Some servers keep to the name of an early draft.
  const verification_uri = pageOf(read("verification_uri") ?? read("verification_url"), provider);
  if (device_code === null || user_code === null || user_code.length > LONGEST_USER_CODE || verification_uri === null)
    return null;
  return {
    device_code,
    user_code,
    verification_uri,
    verification_uri_complete: pageOf(read("verification_uri_complete"), provider),
    life_ms: secondsOf(read("expires_in"), DEFAULT_LIFE_S, LONGEST_LIFE_S) * 1000,
    interval_ms: secondsOf(read("interval"), DEFAULT_INTERVAL_S, LONGEST_INTERVAL_S) * 1000,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

/** People open it: a web address, encrypted unless the cloud itself is not. */
function pageOf(value: unknown, { deviceAuthorizationUrl }: Provider): string | null {
  const url = typeof value === "string" ? URL.parse(value) : null;
  const isSafe =
    url?.protocol === "https:" || (url?.protocol === "http:" && deviceAuthorizationUrl?.startsWith("http:"));
  return url !== null && isSafe ? url.href : null;
}

function secondsOf(value: unknown, usual: number, longest: number): number {
  const seconds = typeof value === "string" ? Number.parseFloat(value) : value;
  return typeof seconds === "number" && seconds > 0 ? Math.min(seconds, longest) : usual;
}

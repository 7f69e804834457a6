import type { Secrets } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem.ts";

interface RefusalOptions {
  readonly retry_after_s?: number | undefined;
  readonly isBug?: boolean;
  readonly cause?: unknown;
}

/** What the old gateways answer to what they can't do: a status, and `{"detail": ...}` with one sentence. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly retry_after_s: number | undefined;
  /** Nobody can do anything about it but who reads the log. */
  readonly isBug: boolean;

  constructor(status: number, detail: string, options: RefusalOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.retry_after_s = options.retry_after_s;
    this.isBug = options.isBug ?? false;
  }
}

/**
 * Above 499: the cloud, or what lies before it, did not do its part. Everything else is for a person to see or to change,
 * and A's users see no more of a failure than that it was one. What is not here is 400.
 */
const STATUSES: Readonly<Partial<Record<ProblemCode, number>>> = {
  sign_in_needed: 401,
  misconfigured: 401,
  refresh_paused: 401,
  device_not_found: 404,
  not_found: 404,
  account_exists: 409,
  account_owned_by_options: 409,
  device_offline: 409,
  command_refused: 409,
  command_superseded: 409,
  lock_in_passage_mode: 409,
  payload_too_large: 413,
  rate_limited: 429,
  internal: 500,
  cloud_error: 502,
  cloud_answer_unreadable: 502,
  cloud_unreachable: 502,
  store_failed: 503,
  command_unconfirmed: 504,
  command_expired: 504,
};

export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof Problem) {
    const { code, message, retry_after_s } = error;
    return new Refusal(STATUSES[code] ?? 400, message, { retry_after_s, isBug: code === "internal", cause: error });
  }
  const detail = "Something went wrong inside the gateway: its log says what.";
  return new Refusal(500, detail, { isBug: true, cause: error });
}

export function detailOf({ message }: Refusal, secrets: Pick<Secrets, "scrub">): { readonly detail: string } {
  return { detail: secrets.scrub(message) };
}

import { STATUS_CODES } from "node:http";
import type { Secrets } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem.ts";
import type { Said } from "../../said/said.ts";
import { phrase } from "../../said/phrase.ts";
import { saidOf } from "../../said/said-of.ts";

/** An error answer as RFC 9457 describes it, with the gateway's stable `code` beside the standard members. */
export interface ProblemDetails {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  /** One sentence for a person. */
  readonly detail: string;
  /** The same as what it is made of, for readers of other languages; absent where the gateway has no such phrase. */
  readonly said?: Said;
  readonly code: ProblemCode;
  readonly field?: string;
  readonly retryable: boolean;
  readonly retry_after_s?: number;
  /** Of `api/token` alone, where programs of older services look: that it failed, and `detail` once more. */
  readonly success?: false;
  readonly error?: string;
}

const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** The HTTP status of each problem. 409: right in itself, but not in this state. 422: somebody else refused it. */
export const STATUS_OF_PROBLEM: Readonly<Record<ProblemCode, number>> = {
  settings_invalid: 503,
  data_folder_unusable: 503,
  data_folder_in_use: 503,
  database_corrupt: 503,
  key_wrong: 503,
  port_unusable: 503,

  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,

  account_not_found: 404,
  account_exists: 409,
  account_owned_by_options: 409,
  sign_in_needed: 409,
  misconfigured: 409,
  refresh_paused: 409,
  store_failed: 503,

  import_unreadable: 422,
  import_unconfirmed: 409,
  import_not_found: 404,

  callback_without_code: 400,
  callback_of_another_sign_in: 409,
  sign_in_refused: 422,
  code_refused: 422,
  other_user: 409,
  client_refused: 422,
  no_sign_in_link: 422,

  cloud_unreachable: 504,
  cloud_error: 502,
  cloud_answer_unreadable: 502,

  device_not_found: 404,
  device_offline: 409,
  command_not_found: 404,
  command_unsupported: 422,
  command_refused: 422,
  command_unconfirmed: 504,
  command_expired: 504,
  command_superseded: 409,
  command_id_used: 409,
  lock_in_passage_mode: 409,

  integration_not_replaceable: 409,
  integration_folder_unusable: 503,
  home_assistant_unreachable: 503,
  home_assistant_refused: 422,
  integration_missing: 409,
  set_up_changed: 409,
};

/** The answer for `problem`; its sentence is scrubbed, for a cause's words may have gone into it. */
export function problemDetails(problem: Problem, secrets: Secrets): ProblemDetails {
  const status = STATUS_OF_PROBLEM[problem.code];
  const detail = secrets.scrub(problem.message);
  const said = saidOf(detail);
  return {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail,
    ...(said === null ? {} : { said }),
    code: problem.code,
    ...(problem.field === undefined ? {} : { field: problem.field }),
    retryable: problem.retryable,
    ...(problem.retry_after_s === undefined ? {} : { retry_after_s: problem.retry_after_s }),
  };
}

/**
 * The headers that belong to an error answer beside its body.
 *
 * @param challenged whether to say how a password is given; a browser would open its own dialog
 */
export function problemHeaders(details: ProblemDetails, challenged = false): Record<string, string> {
  return {
    "Content-Type": PROBLEM_MEDIA_TYPE,
    ...(details.retry_after_s === undefined ? {} : { "Retry-After": String(Math.ceil(details.retry_after_s)) }),
    ...(challenged && details.status === 401
      ? { "WWW-Authenticate": 'Basic realm="U-tec Gateway", charset="UTF-8"' }
      : {}),
  };
}

/** What Express, its body reader and its file server throw about a request, by its status. */
const OF_THE_REQUEST = new Map<number | undefined, readonly [code: ProblemCode, message: string]>([
  [400, ["bad_request", phrase("request_unreadable")]],
  [403, ["not_found", phrase("nothing_here")]],
  [404, ["not_found", phrase("nothing_here")]],
  [413, ["payload_too_large", phrase("body_too_large")]],
  [415, ["unsupported_media_type", phrase("body_not_json")]],
]);

/**
 * Whatever was thrown, as a Problem. Mistakes in the request are explained; everything else is a bug of the gateway and
 * reveals nothing.
 */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = OF_THE_REQUEST.get(statusOf(error));
  if (known) return new Problem(...known);
  return new Problem("internal", phrase("internal"), { cause: error });
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : undefined;
}

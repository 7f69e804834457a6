import type { Problem } from "../problem.ts";

/** Every way in which the broker refuses, with its HTTP status. A code never changes its meaning. */
const STATUSES = {
  // who is asking
  client_unknown: 401,
  client_revoked: 401,
  // what is asked for
  not_found: 404,
  account_not_found: 404,
  account_not_allowed: 403,
  method_not_allowed: 405,
  path_refused: 400,
  path_not_allowed: 403,
  query_refused: 400,
  header_refused: 400,
  upgrade_refused: 400,
  payload_too_large: 413,
  request_incomplete: 400,
  token_not_allowed: 403,
  api_unknown: 409,
  // how much
  rate_limited: 429,
  broker_busy: 503,
  // the account; whatever else its token fails of has the code that the API has for it
  account_unavailable: 503,
  // the cloud
  redirect_refused: 502,
  answer_too_large: 502,
  cloud_answer_unreadable: 502,
  cloud_unreachable: 504,
  cloud_timeout: 504,
  internal: 500,
} as const satisfies Readonly<Record<string, number>>;

export const REFUSAL_CODES = Object.keys(STATUSES) as readonly RefusalCode[];
export type RefusalCode = keyof typeof STATUSES;

/** One sentence says what to do. It never holds a secret. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: string;
  readonly status: number;
  readonly retry_after_s: number | undefined;

  constructor(code: RefusalCode, message: string, options: { retry_after_s?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = STATUSES[code];
    this.retry_after_s = options.retry_after_s;
  }

  /** Why there is no token: in the keeper's own words and with its code. */
  static ofToken(problem: Problem): Refusal {
    return new TokenRefusal(problem);
  }
}

class TokenRefusal extends Refusal {
  override readonly code: string;

  constructor(problem: Problem) {
    const { retry_after_s } = problem;
    super("account_unavailable", problem.message, {
      cause: problem,
      ...(retry_after_s === undefined ? {} : { retry_after_s }),
    });
    this.code = problem.code;
  }
}

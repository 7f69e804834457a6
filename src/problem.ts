/**
 * Every way in which the gateway refuses, as one union: `switch (problem.code)` narrows, the API answers with it, the link
 * passes it on, the page and Home Assistant translate it. A code never changes its meaning.
 */
export const PROBLEM_CODES = [
  // start
  "settings_invalid",
  "data_folder_unusable",
  "data_folder_in_use",
  "database_corrupt",
  "key_wrong",
  "port_unusable",
  // asking
  "bad_request",
  "unauthenticated",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "payload_too_large",
  "unsupported_media_type",
  "rate_limited",
  "internal",
  // accounts
  "account_not_found",
  "account_exists",
  "account_owned_by_options",
  "sign_in_needed",
  "misconfigured",
  "refresh_paused",
  "store_failed",
  // taking over another program's file
  "import_unreadable",
  "import_unconfirmed",
  "import_not_found",
  // signing in
  "callback_without_code",
  "callback_of_another_sign_in",
  "sign_in_refused",
  "code_refused",
  "other_user",
  "client_refused",
  "no_sign_in_link",
  // the cloud
  "cloud_unreachable",
  "cloud_error",
  "cloud_answer_unreadable",
  // devices and commands
  "device_not_found",
  "device_offline",
  "command_not_found",
  "command_unsupported",
  "command_refused",
  "command_unconfirmed",
  "command_expired",
  "command_superseded",
  "command_id_used",
  "lock_in_passage_mode",
  // the integration in Home Assistant
  "integration_not_replaceable",
  "integration_folder_unusable",
  "home_assistant_unreachable",
  "home_assistant_refused",
  "integration_missing",
  "set_up_changed",
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

export interface ProblemOptions {
  /** True when the same request may succeed later without anybody changing anything. */
  readonly retryable?: boolean;
  /** The field of the request or of the settings that is wrong, if one is. */
  readonly field?: string;
  /** Seconds after which a retry makes sense. */
  readonly retry_after_s?: number;
  /** The account that it is about, where that is known. */
  readonly account_id?: string;
  readonly cause?: unknown;
}

/**
 * An error that a person can act on: `message` is one sentence that names the thing and says what to do. It never
 * holds a secret. Anything that is not a Problem is a bug and is answered as `internal`.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly retryable: boolean;
  readonly field: string | undefined;
  readonly retry_after_s: number | undefined;
  readonly account_id: string | undefined;

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.field = options.field;
    this.retry_after_s = options.retry_after_s;
    this.account_id = options.account_id;
  }
}

import type { JsonObject } from "../../json.ts";
import { amount, flag, listOf, number, object, oneOf, orNull, text } from "./rules.ts";
import type { Shape } from "./rules.ts";

/**
 * How the simulated cloud behaves, until somebody changes it. Where the real cloud was seen to behave in more than one
 * way, or nobody knows, there is a setting; the defaults are the latest observations, and refuse no request that a
 * client in use sends. Anything stricter has to be set.
 */
export interface CloudSettings {
  /** The callback's parameter: `authorization_code` is documented, `code` is what most live clients read. */
  readonly callback_parameter: "code" | "authorization_code";
  /** `flat` is RFC 6749; `wrapped` is `{code: 200, data: {...}}`, seen in the field since May 2026. */
  readonly token_shape: "flat" | "wrapped";
  /** `rfc6749` with its status; the others at HTTP 200: `{code, data: {message}}` and `{code, message}`. */
  readonly token_errors: "rfc6749" | "wrapped_data" | "wrapped";
  /** Replaces members of a token answer: `{expires_in: "601200"}`. */
  readonly token_answer: JsonObject;
  /** Members left out of a token answer. */
  readonly token_answer_without: readonly string[];
  readonly access_token_life_s: number;
  /** Null: it never expires. */
  readonly refresh_token_life_s: number | null;
  /** What a refresh does to the refresh token: a new one, the same in the answer, or the same and not in the answer. */
  readonly refresh_token: "rotate" | "same" | "omit";
  /** How long the previous refresh token still works after a rotation. */
  readonly rotation_grace_ms: number;
  /** A spent refresh token that comes back revokes the whole grant (RFC 9700, section 4.14.2). */
  readonly reuse_detection: boolean;
  /** People copy the redirected address by hand, which takes minutes. */
  readonly code_life_s: number;
  /** A new sign-in of a user at a client ends the earlier ones. */
  readonly one_grant_per_user: boolean;
  readonly logout_revokes: boolean;
  /** How a dead access token is reported: U-tec's documentation says HTTP 200 and INVALID_TOKEN. */
  readonly invalid_token_status: 200 | 401;
  readonly invalid_token_code: string;
  /** A token request must carry the client secret; one shipped client exchanges its code without it. */
  readonly client_secret_required: boolean;
  /**
   * A code that comes back ends the sign-in that it was exchanged for (RFC 6749, section 4.1.2); never seen in the
   * field.
   */
  readonly code_reuse_revokes: boolean;
  /** A device's customData must come back with each Query and Command: documented, and most clients in use send none. */
  readonly custom_data_required: boolean;
  /** The most devices in one Query; 0: any number. No limit is documented. */
  readonly query_limit: number;
  /** How a Query is refused for one of its devices or for their number: BAD-REQUEST at 200, or a bare status. */
  readonly query_refusal_status: 200 | 400 | 413;
  /** `documented`: `st.Lock`, `locked`; `wild`: capitalised members and numbers as text, too. */
  readonly casing: "canonical" | "documented" | "wild";
  /** How an answer lists states: as a list, or as a mapping `{"st.lock": {"lockState": "Locked"}}`. */
  readonly states_shape: "list" | "mapping";
  /**
   * How a payload lists devices: as `{"devices": [...]}`, `{"devices": {"device-1": {...}}}`, or as the payload itself.
   */
  readonly payload_shape: "devices" | "mapping" | "list";
  /** What a Discovery calls the category; one documented sample says `type`. */
  readonly category_member: "category" | "type";
  /** The seconds that deferred answers promise; null: as recorded, 20 for lock and unlock, 5 for everything else. */
  readonly deferred_s: number | null;
  /** From accepting a command to carrying it out; 0: at once. */
  readonly settle_ms: number;
  /** From a change at the device until a Query shows it; 30 to 40 s were seen in the field. */
  readonly stale_ms: number;
  /** How far the Date header is ahead of the clock. */
  readonly clock_skew_ms: number;
  /** Every connection is dropped without an answer. */
  readonly outage: boolean;
}

export const DEFAULT_SETTINGS: CloudSettings = {
  callback_parameter: "code",
  token_shape: "wrapped",
  token_errors: "wrapped_data",
  token_answer: {},
  token_answer_without: [],
  access_token_life_s: 601_200,
  refresh_token_life_s: null,
  refresh_token: "rotate",
  rotation_grace_ms: 0,
  reuse_detection: true,
  code_life_s: 600,
  one_grant_per_user: false,
  logout_revokes: true,
  invalid_token_status: 200,
  invalid_token_code: "INVALID_TOKEN",
  client_secret_required: false,
  code_reuse_revokes: true,
  custom_data_required: false,
  query_limit: 0,
  query_refusal_status: 200,
  casing: "canonical",
  states_shape: "list",
  payload_shape: "devices",
  category_member: "category",
  deferred_s: null,
  settle_ms: 1500,
  stale_ms: 0,
  clock_skew_ms: 0,
  outage: false,
};

export const SETTINGS_SHAPE: Shape<CloudSettings> = {
  callback_parameter: oneOf("code", "authorization_code"),
  token_shape: oneOf("flat", "wrapped"),
  token_errors: oneOf("rfc6749", "wrapped_data", "wrapped"),
  token_answer: object,
  token_answer_without: listOf(text),
  access_token_life_s: amount,
  refresh_token_life_s: orNull(amount),
  refresh_token: oneOf("rotate", "same", "omit"),
  rotation_grace_ms: amount,
  reuse_detection: flag,
  code_life_s: amount,
  one_grant_per_user: flag,
  logout_revokes: flag,
  invalid_token_status: oneOf(200, 401),
  invalid_token_code: text,
  client_secret_required: flag,
  code_reuse_revokes: flag,
  custom_data_required: flag,
  query_limit: amount,
  query_refusal_status: oneOf(200, 400, 413),
  casing: oneOf("canonical", "documented", "wild"),
  states_shape: oneOf("list", "mapping"),
  payload_shape: oneOf("devices", "mapping", "list"),
  category_member: oneOf("category", "type"),
  deferred_s: orNull(amount),
  settle_ms: amount,
  stale_ms: amount,
  clock_skew_ms: number,
  outage: flag,
};

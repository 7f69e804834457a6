import { isObject } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import { amount, oneOf, orNull, text } from "../settings/rules.ts";
import type { Rule, Shape } from "../settings/rules.ts";

/** `device`: where a sign-in on another device begins; `login` and `data`: of a cloud with a login. */
export type FaultPlace = "authorise" | "token" | "action" | "device" | "login" | "data";

const FAULT_KINDS = [
  // an answer instead of acting
  "http_500",
  "http_401",
  "http_403",
  "unavailable",
  "rate_limited",
  "html",
  "html_403",
  "html_502",
  "empty",
  "empty_400",
  "garbage",
  "wrong_shape",
  "answer",
  // a refusal in the endpoint's own words
  "invalid_token",
  "bad_request",
  "invalid_grant",
  "invalid_client",
  // no answer
  "hang",
  "lost_before",
  // acting, then
  "lost_after",
  "half",
  "drip",
  "slow",
  // waiting, then acting
  "late",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What is to go wrong, where, and how often; one line in a test. */
export interface Fault {
  readonly where: FaultPlace;
  /**
   * `slow` acts at once and answers after `delay_ms`; `late` acts after `delay_ms`; `lost_after` acts and drops the
   * connection; `half` breaks off in the middle of the answer; `drip` sends it a byte at a time and never finishes;
   * `answer` sends `status` and `body`; `wrong_shape` is JSON, but not an object.
   */
  readonly kind: FaultKind;
  /** Only this action, as in `Uhome.Device/Query`. */
  readonly action?: string;
  /** Only this grant type. */
  readonly grant_type?: string;
  /** How often; null: until the faults are cleared. Default 1. */
  readonly times?: number | null;
  /** How many matching calls pass unharmed before it. Default 0. */
  readonly after?: number;
  /** Any kind waits this long before its answer (`late`: before acting). Default 0. */
  readonly delay_ms?: number;
  /** Of `rate_limited` and `unavailable`. Default 1. */
  readonly retry_after_s?: number;
  /** Of `answer`. Default 200. */
  readonly status?: number;
  /** Of `answer`: text as it is, objects as JSON. */
  readonly body?: string | JsonObject;
}

const bodyRule: Rule<string | JsonObject> = {
  allowed: "a text or an object",
  holds: (value) => typeof value === "string" || isObject(value),
};

/** @param places those that the cloud has */
export function faultShape(...places: readonly FaultPlace[]): Shape<Fault> {
  return { ...FAULT_SHAPE_ANYWHERE, where: oneOf(...places) };
}

const FAULT_SHAPE_ANYWHERE: Omit<Shape<Fault>, "where"> = {
  kind: oneOf(...FAULT_KINDS),
  action: text,
  grant_type: text,
  times: orNull(amount),
  after: amount,
  delay_ms: amount,
  retry_after_s: amount,
  status: amount,
  body: bodyRule,
};

interface Waiting {
  readonly fault: Fault;
  passes: number;
  left: number;
}

/** The queued faults. The oldest that matches a call is taken. */
export class Faults {
  #waiting: Waiting[] = [];

  queue(fault: Fault): void {
    const left = fault.times === null ? Infinity : (fault.times ?? 1);
    this.#waiting.push({ fault, passes: fault.after ?? 0, left });
  }

  /** The fault for this call, if one is due. `name` is the action or the grant type. */
  take(where: FaultPlace, name: string): Fault | null {
    for (const waiting of this.#waiting) {
      if (!matches(waiting.fault, where, name)) continue;
      if (waiting.passes > 0) {
        waiting.passes -= 1;
        continue;
      }
      waiting.left -= 1;
      if (waiting.left <= 0) this.#waiting = this.#waiting.filter((one) => one !== waiting);
      return waiting.fault;
    }
    return null;
  }

  /** What is left, with the present `times` and `after`. */
  list(): Fault[] {
    return this.#waiting.map(({ fault, passes, left }) => ({
      ...fault,
      times: left === Infinity ? null : left,
      after: passes,
    }));
  }

  clear(): void {
    this.#waiting = [];
  }
}

function matches(fault: Fault, where: FaultPlace, name: string): boolean {
  if (fault.where !== where) return false;
  if (fault.action !== undefined && fault.action !== name) return false;
  return fault.grant_type === undefined || fault.grant_type === name;
}

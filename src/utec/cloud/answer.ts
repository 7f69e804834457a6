import { isObject, parseJson } from "../../json.ts";
import { UTEC_TOKEN_CODES } from "../../keeper/providers/utec.ts";
import { CloudProblem } from "./cloud-problem.ts";
import { member, looseNumber, looseText } from "../reading/loose-json.ts";
import type { Scrub } from "../reading/display-text.ts";
import type { TransportAnswer } from "./transport.ts";
import { phrase } from "../../said/phrase.ts";

/** What the action endpoint answers: the payload, or that it does not accept the access token. */
export type Answer =
  | { readonly kind: "payload"; readonly payload: unknown }
  | { readonly kind: "token_refused"; readonly cloudCode: string };

const TOKEN_CODES: ReadonlySet<string> = new Set(UTEC_TOKEN_CODES);

/** HTTP 400 without a body has been seen; the others are what a proxy answers to a request that is too long. */
const REQUEST_REFUSED = new Set([400, 413, 414, 431]);

/** The longest quote from the cloud in a message. */
const LONGEST_QUOTE = 160;

/**
 * Reads an answer: the cloud wraps its errors in HTTP 200, and the API gateway in front of it answers with bare status
 * codes, an empty body or HTML.
 * @param scrub removes secrets from the cloud's own words, which may quote what it was sent
 * @throws CloudProblem for anything else
 */
export function readAnswer({ status, headers, body }: TransportAnswer, scrub: Scrub): Answer {
  const json = parseJson(body);
  const error = member(member(json, "payload"), "error");
  const words = (value: unknown): string | null => {
    const said = looseText(value);
    return said && scrub(said);
  };
  const cloudCode = words(member(error, "code"));

  // Firewalls answer 403: only the cloud's own words make it about the token.
  if (status === 401) return { kind: "token_refused", cloudCode: cloudCode ?? "HTTP 401" };
  if (cloudCode && TOKEN_CODES.has(cloudCode.toUpperCase())) return { kind: "token_refused", cloudCode };

  const retryAfter = retryAfterS(headers["retry-after"]);
  if (status === 429) {
    const after = retryAfter === null ? "" : phrase("part_after_seconds", { seconds: retryAfter });
    throw new CloudProblem("rate_limited", phrase("cloud_busy", { after }), {
      mayHaveActed: false,
      ...(retryAfter === null ? {} : { retry_after_s: retryAfter }),
    });
  }
  if (status < 200 || status > 299) {
    const said = quote(words(member(error, "message")) ?? words(member(json, "message")));
    throw new CloudProblem("cloud_error", phrase("cloud_answer_wrong", { seen: seen(status, body), words: said }), {
      // A server that failed may have failed after acting; one that refused the request did not act.
      mayHaveActed: status >= 500,
      refusesRequest: REQUEST_REFUSED.has(status),
      ...(cloudCode ? { cloudCode } : {}),
      ...(retryAfter === null ? {} : { retry_after_s: retryAfter }),
    });
  }
  if (error !== undefined && error !== null) {
    const said = quote(words(member(error, "message")));
    throw new CloudProblem(
      "cloud_error",
      phrase("cloud_request_refused", { error: cloudCode ?? phrase("part_error_none"), words: said }),
      {
        mayHaveActed: false,
        refusesRequest: true,
        ...(cloudCode ? { cloudCode } : {}),
      },
    );
  }
  if (body.trim() === "") return { kind: "payload", payload: {} };
  if (!isObject(json)) {
    const what = isWebPage(body) ? seen(status, body) : phrase("part_seen_no_object");
    throw new CloudProblem("cloud_answer_unreadable", phrase("cloud_answer_wrong", { seen: what, words: "" }), {
      mayHaveActed: true,
    });
  }
  return { kind: "payload", payload: member(json, "payload") ?? {} };
}

/** What came, and what it may mean: the cloud itself may never have seen the request. */
function seen(status: number, body: string): string {
  if (isWebPage(body)) return phrase("part_seen_web_page", { status });
  if (status >= 300 && status < 400) return phrase("part_seen_redirected", { status });
  if (status === 403 || status === 407 || status === 511) {
    return phrase("part_seen_refused", { status });
  }
  return phrase("part_seen_status", { status });
}

function isWebPage(body: string): boolean {
  return /^\s*</.test(body);
}

function quote(words: string | null): string {
  return words === null ? "" : ` ("${words.slice(0, LONGEST_QUOTE)}")`;
}

/** Whole seconds; the header's other form, a date, has not been seen here; the backoff covers it. */
function retryAfterS(header: string | undefined): number | null {
  const seconds = looseNumber(header);
  return seconds === null || seconds < 0 ? null : Math.ceil(seconds);
}

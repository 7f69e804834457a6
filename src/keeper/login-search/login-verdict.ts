import { isObject } from "../../json.ts";
import { at, bodyObject } from "../answers/raw-answer.ts";
import type { RawAnswer } from "../answers/raw-answer.ts";
import { isWebPage, refusalIn, saysWhoIsWrong } from "../answers/refusal.ts";
import { hasSenselessToken, readTokenAnswer } from "../answers/token-response.ts";
import type { LoginFormat, LoginOutcome } from "../account.ts";
import type { Secrets } from "../../log.ts";
import type { Provider } from "../providers/provider.ts";
import type { CallError } from "../token-calls/http-call.ts";
import type { LoginVerdict } from "../token-calls/login-record.ts";
import { seenInCall } from "../token-calls/unexpected-answer.ts";
import { visible } from "../../pasted.ts";
import { phrase } from "../../said/phrase.ts";

const NO_SUCH_PAGE = new Set([404, 405, 410, 501]);
const TRY_LATER = new Set([408, 425, 429]);
/** From what stands before the cloud: they say nothing of the address that was asked. */
const BEFORE_THE_CLOUD = new Set([408, 425, 429, 502, 503, 504]);

/** What wants a token to be shown is no place to get one. */
const WANTS_A_TOKEN =
  /\b(missing|no|without|required?|provide)\b.{0,40}\b(token|authentication|authorization)\b|\b(token|authentication|authorization|authentication credentials)\b.{0,30}\b(missing|required|not provided)\b/i;

/**
 * What an answer says of the way in which the login was asked.
 * @param secrets taken out of the cloud's words before these are shortened, after which nothing would find them
 */
export function loginVerdict(
  answer: RawAnswer,
  provider: Provider,
  format: LoginFormat,
  secrets: Pick<Secrets, "scrub">,
): LoginVerdict {
  const outcome = outcomeOf(answer, provider, format);
  const page = answer.status < 400 && outcome === "no_login";
  const counts = outcome === "outage" && !BEFORE_THE_CLOUD.has(answer.status);
  const said = outcome === "accepted" ? "" : shortened(secrets.scrub(wordsIn(bodyObject(answer))));
  const heard = said === "" ? "" : phrase("part_words_said", { quote: said });
  return {
    outcome,
    page,
    counts,
    message: phrase("login_said", { status: answer.status, login: SENTENCES[outcome](answer, format), words: heard }),
  };
}

/** What a call without an answer says of it: nothing, unless it is only this address that does not answer. */
export function verdictOfCall(failed: CallError, provider: Provider, timeoutMs: number): LoginVerdict {
  const isThisAlone = failed.code === "timeout" || failed.code.startsWith("answer_");
  const message = phrase("login_asked_later", { what: seenInCall(failed, provider, timeoutMs) });
  return { outcome: "outage", page: false, counts: isThisAlone, message };
}

function outcomeOf(answer: RawAnswer, provider: Provider, format: LoginFormat): LoginOutcome {
  const { status } = answer;
  if (readTokenAnswer(answer, provider) !== null) return "accepted";
  if (TRY_LATER.has(status) || (status >= 500 && status !== 501)) return "outage";
  if (hasSenselessToken(answer, provider)) return "outage";
  const body = bodyObject(answer);
  if (refusalIn(answer, body, provider)?.class === "transient") return "outage";
  if (isWebPage(answer) || (body === null && status < 400)) return "no_login";
  const said = wordsIn(body);
  if (status === 401 && WANTS_A_TOKEN.test(said)) return "no_login";
  if (status === 401 || status === 423) return isOfTheClient(body, format) ? "other_format" : "refused";
  if (saysWhoIsWrong(body, format === "client_credentials")) return "refused";
  if (NO_SUCH_PAGE.has(status) || status === 403 || (status >= 300 && status < 400)) return "no_login";
  return "other_format";
}

/** Where no client was sent, or a client alone is taken, it is not the user's password that is wrong. */
function isOfTheClient(body: unknown, format: LoginFormat): boolean {
  const error = at(body, ["error"]);
  return format !== "client_credentials" && (error === "invalid_client" || error === "unauthorized_client");
}

const SENTENCES: Readonly<Record<LoginOutcome, (answer: RawAnswer, format: LoginFormat) => string>> = {
  accepted: () => phrase("part_login_accepted"),
  refused: (_answer, format) =>
    format === "client_credentials" ? phrase("part_login_client_wrong") : phrase("part_login_user_wrong"),
  other_format: () => phrase("part_login_other_format"),
  no_login: (answer) => whatElse(answer),
  outage: ({ status }) => (status === 429 ? phrase("part_login_pause") : phrase("part_login_busy")),
  unanswered: () => phrase("part_login_unanswered"),
};

function whatElse(answer: RawAnswer): string {
  const { status } = answer;
  if (status >= 300 && status < 400) return phrase("part_login_elsewhere");
  if (isWebPage(answer)) return phrase("part_login_web_page");
  if (NO_SUCH_PAGE.has(status)) return phrase("part_login_none");
  if (status < 300) return phrase("part_login_no_token");
  return phrase("part_login_nobody");
}

const LONGEST_WORDS = 160;

/** The cloud's own words of an error; empty for none. */
function wordsIn(body: unknown): string {
  const places = [
    ["error_description"],
    ["error", "message"],
    ["message"],
    ["detail"],
    ["error"],
    ["errors"],
    ["data", "message"],
  ];
  const said = places.map((path) => at(body, path)).find((value) => value !== undefined && value !== null);
  if (typeof said === "string") return said;
  return isObject(said) || Array.isArray(said) ? JSON.stringify(said) : "";
}

/** On one line, as far as people read, and without a full stop: a sentence goes around it. */
function shortened(words: string): string {
  const line = visible(words)
    .replace(/\s+/g, " ")
    .replaceAll('"', "'")
    .replace(/[.\s]+$/, "")
    .trim();
  return line.length > LONGEST_WORDS ? `${line.slice(0, LONGEST_WORDS)}…` : line;
}

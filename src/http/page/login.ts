import { Router, urlencoded } from "express";
import type { Request, Response } from "express";
import { isObject } from "../../json.ts";
import type { Log, Secrets } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { AccessGuard } from "../access/access-guard.ts";
import { forwardedFor, forwardedScheme } from "../access/forwarded.ts";
import { assertOwnOrigin } from "../access/own-origin.ts";
import { escapeHtml, sendPlainPage } from "./plain-page.ts";
import type { ProblemDetails } from "../api/problem-details.ts";
import { asProblem, problemDetails, problemHeaders } from "../api/problem-details.ts";
import { spokenTo } from "./words/words.ts";
import type { PageWords } from "./words/words.ts";
import { SESSION_LIFE_MS } from "../access/sessions.ts";

export interface LoginParts {
  readonly guard: AccessGuard;
  readonly log: Log;
  readonly secrets: Secrets;
}

/** Next to the page, so that a cookie without a path is valid for the page under whatever prefix the browser sees. */
const PAGE = "./";
const FORM_LIMIT = "4kb";
/** Beyond this the way back is left out: a proxy would refuse the address. */
const LONGEST_WAY_BACK = 2000;

/** Where people enter the password: a form without a script, and a session in a cookie. */
export function loginPage({ guard, log, secrets }: LoginParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const route = router.route("/login");

  route.get((request, response) => {
    if (guard.mustLogIn(request)) sendForm(request, response, 200, null);
    else leadTo(response, wayBack(request));
  });

  route.post(urlencoded({ extended: false, limit: FORM_LIMIT, inflate: false }), (request, response) => {
    try {
      assertOwnForm(request);
      response.setHeader("Set-Cookie", cookie(guard.logIn(request, passwordIn(request.body)), request));
    } catch (error) {
      const details = problemDetails(asProblem(error), secrets);
      const { "Retry-After": retryAfter } = problemHeaders(details);
      if (retryAfter !== undefined) response.setHeader("Retry-After", retryAfter);
      sendForm(request, response, details.status, details);
      return;
    }
    log.info("Somebody logged in with the password.", {
      address: request.socket.remoteAddress,
      forwarded_for: forwardedFor(request.headers),
    });
    leadTo(response, wayBack(request));
  });

  route.all((_request, response) => {
    response.setHeader("Allow", "GET, HEAD, POST");
    throw new Problem("method_not_allowed", "This address takes GET, HEAD, POST only.");
  });
  return router;
}

/** The form's address, relative to the one that was asked for; the form leads back there. */
export function wayToLogin({ path, originalUrl }: Pick<Request, "path" | "originalUrl">): string {
  const up = "../".repeat(Math.max(0, path.split("/").length - 2));
  const back =
    originalUrl === "/" || originalUrl.length > LONGEST_WAY_BACK ? "" : `?to=${encodeURIComponent(originalUrl)}`;
  return `./${up}login${back}`;
}

/** `redirect` of Express would write a page of its own. */
export function leadTo(response: Response, way: string): void {
  response.status(303).setHeader("Location", way).end();
}

/** Always one of the gateway's own paths, whatever the address asks for. */
function wayBack({ query }: Request): string {
  const to = query["to"];
  const base = "http://gateway";
  const url = typeof to === "string" ? URL.parse(to, base) : null;
  return url?.origin === base && !url.pathname.startsWith("//") ? `.${url.pathname}${url.search}` : PAGE;
}

/** Where a proxy's own headers make the browser send `Origin: null`, `Sec-Fetch-Site` still tells whose form it is. */
function assertOwnForm({ headers }: Request): void {
  if (headers.origin === "null" && headers["sec-fetch-site"] === "same-origin") return;
  assertOwnOrigin({ by: "password" }, headers);
}

function passwordIn(body: unknown): string {
  const password = isObject(body) ? body["password"] : undefined;
  if (typeof password === "string" && password !== "") return password;
  throw new Problem("bad_request", "Enter the password that was set as UTEC_GATEWAY_PASSWORD.", { field: "password" });
}

/**
 * `Lax`, because the cloud's redirect after a sign-in comes from another site and must find the session; what changes
 * something is a POST, which it is never sent along with.
 */
function cookie({ name, value }: { readonly name: string; readonly value: string }, { headers }: Request): string {
  const origin = headers.origin ?? "null";
  const isHttps = origin === "null" ? forwardedScheme(headers) === "https" : origin.startsWith("https:");
  const parts = [`${name}=${value}`, `Max-Age=${SESSION_LIFE_MS / 1000}`, "HttpOnly", "SameSite=Lax"];
  return [...parts, ...(isHttps ? ["Secure"] : [])].join("; ");
}

/**
 * Without `action` the form goes to its own address, and whatever follows its `#` comes back with the answer. Its
 * `Referrer-Policy` lets it say its own origin: with `no-referrer` a browser would send `Origin: null`.
 */
function sendForm(request: Request, response: Response, status: number, problem: ProblemDetails | null): void {
  const { lang, words } = spokenTo(request.headers["accept-language"]);
  const mistake = problem === null ? null : inWords(problem, lang, words);
  const described = mistake === null ? "" : ' aria-invalid="true" aria-describedby="mistake"';
  response.setHeader("Referrer-Policy", "same-origin");
  sendPlainPage(response, status, {
    lang,
    title: words.log_in,
    main: `<form method="post">
        <label>${escapeHtml(words.password)}
          <input type="password" name="password" autocomplete="current-password" required autofocus${described}>
        </label>
        ${mistake === null ? "" : `<p class="problem" id="mistake" role="alert">${mistake}</p>`}
        <button class="button">${escapeHtml(words.log_in)}</button>
        <p class="muted">${escapeHtml(words.password_hint)}</p>
      </form>`,
  });
}

const MISTAKES: Readonly<Partial<Record<ProblemDetails["code"], keyof PageWords>>> = {
  unauthenticated: "password_wrong",
  bad_request: "password_missing",
  rate_limited: "password_wait",
};

/** As HTML: in the reader's language where there are words for it, else as the API says it. */
function inWords({ code, detail }: ProblemDetails, lang: string, words: PageWords): string {
  const known = MISTAKES[code];
  if (lang !== "en" && known !== undefined) return escapeHtml(words[known]);
  return `<span lang="en">${escapeHtml(detail)}</span>`;
}

import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { failedAt } from "../../keeper/sign-in/redirect-sentence.ts";
import type { Problem, ProblemCode } from "../../problem.ts";
import { escapeHtml, sendPlainPage } from "./plain-page.ts";
import { spokenTo } from "./words/words.ts";
import type { PageWords, Spoken } from "./words/words.ts";

export interface SignInFailed {
  readonly status: number;
  /** The built page. */
  readonly pageFolder: string;
  readonly problem: Pick<Problem, "code" | "account_id">;
  /** What went wrong, without a secret. */
  readonly sentence: string;
  /** The cloud's own word for it, from the redirect's address; null where there is none. */
  readonly error: string | null;
  readonly acceptLanguage: string | undefined;
}

/** What is said where nothing more is known than the code. */
const SENTENCES: Readonly<Partial<Record<ProblemCode, keyof PageWords>>> = {
  callback_of_another_sign_in: "another_sign_in",
  callback_without_code: "no_code",
  sign_in_refused: "refused",
};

/**
 * The page at the end of a redirect that signed nobody in: what went wrong, and a link to the step that helps. It has
 * the built page's look and theme; where that is not built, it is a plain page.
 */
export function sendSignInFailed(response: ServerResponse, failed: SignInFailed): void {
  const { status, pageFolder, problem } = failed;
  const { lang, words } = spokenTo(failed.acceptLanguage);
  const way = wayIntoWizard(problem, failed.error);
  const action = stepOf(problem, failed.error) === "credentials" ? words.check_values : words.sign_in_again;
  const template = builtPage(pageFolder);
  if (template === null) {
    sendPlainPage(response, status, {
      lang,
      title: words.not_signed_in,
      main: `<p class="problem" role="alert">${escapeHtml(sentenceOf(failed, { lang, words }))}</p>
      <p>${escapeHtml(words.nothing_changed)}</p>
      <a class="button" href="${escapeHtml(way)}">${escapeHtml(action)}</a>`,
    });
    return;
  }
  const values: Readonly<Record<string, string>> = {
    lang,
    title: words.not_signed_in,
    sentence: sentenceOf(failed, { lang, words }),
    unchanged: words.nothing_changed,
    way,
    words: action,
  };
  response.statusCode = status;
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.setHeader("Content-Language", lang);
  response.end(template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => escapeHtml(values[name] ?? "")));
}

/**
 * The step of the wizard that helps, which says there what went wrong: only codes and the cloud's own word are in the
 * address. Relative, because only the browser knows under which prefix it sees the gateway.
 */
export function wayIntoWizard(problem: SignInFailed["problem"], error: string | null): string {
  const parameters = new URLSearchParams({
    step: stepOf(problem, error),
    ...(problem.account_id === undefined ? {} : { account: problem.account_id }),
    failed: problem.code,
    ...(error === null ? {} : { error }),
  });
  return `./../#/accounts/sign-in?${parameters.toString()}`;
}

/** The last step of the wizard, for who has signed in. */
export function wayToFound(accountId: string): string {
  return `./../#/accounts/sign-in?${new URLSearchParams({ step: "found", account: accountId }).toString()}`;
}

/** The word with which the cloud ended the sign-in; null where it is none that may be repeated. */
export function errorIn(callback: string): string | null {
  const error = URL.parse(callback, "http://gateway")?.searchParams.get("error") ?? "";
  return /^[a-z_]{1,40}$/.test(error) ? error : null;
}

function stepOf({ code }: SignInFailed["problem"], error: string | null): "credentials" | "sign-in" {
  return failedAt(code, error) === "sign_in" ? "sign-in" : "credentials";
}

/** In English as the API says it, which knows most. */
function sentenceOf({ problem, sentence }: SignInFailed, { lang, words }: Spoken): string {
  return lang === "en" ? sentence : words[SENTENCES[problem.code] ?? "failed"];
}

/** The built page lies one level up from where redirects end; null where there is none. */
function builtPage(pageFolder: string): string | null {
  try {
    return readFileSync(join(pageFolder, "sign-in-failed.html"), "utf8").replace(/(href|src)="\.\//g, '$1="./../');
  } catch {
    return null;
  }
}

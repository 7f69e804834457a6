import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import type { Problem, ProblemCode } from "../../problem.ts";
import { escapeHtml, sendPlainPage } from "./plain-page.ts";

export interface SignInFailed {
  readonly status: number;
  /** The built page. */
  readonly pageFolder: string;
  readonly problem: Problem;
  /** What went wrong, without a secret. */
  readonly sentence: string;
}

/** The step of the wizard in which each of these is fixed; after everything else, people sign in again. */
const STEPS: Readonly<Partial<Record<ProblemCode, "credentials">>> = {
  client_refused: "credentials",
  misconfigured: "credentials",
};

/**
 * The page at the end of a redirect that signed nobody in: what went wrong, and a link to the step that helps. It has
 * the built page's look and theme; where that is not built, it is a plain page.
 */
export function sendSignInFailed(
  response: ServerResponse,
  { status, pageFolder, problem, sentence }: SignInFailed,
): void {
  const [way, words] = wayOn(problem);
  const template = builtPage(pageFolder);
  if (template === null) {
    sendPlainPage(response, status, {
      title: "Not signed in",
      main: `<p class="problem" role="alert">${escapeHtml(sentence)}</p>
      <a class="button" href="${escapeHtml(way)}">${words}</a>`,
    });
    return;
  }
  const values: Readonly<Record<string, string>> = { sentence, way, words };
  response.statusCode = status;
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end(template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => escapeHtml(values[name] ?? "")));
}

/** Relative, because only the browser knows under which prefix it sees the gateway. */
function wayOn({ code, account_id }: Problem): readonly [way: string, words: string] {
  if (account_id === undefined || code === "other_user") return ["./../#/accounts", "Go to accounts"];
  const step = STEPS[code] ?? "sign-in";
  const words = step === "credentials" ? "Check the three values" : "Sign in again";
  return [`./../#/accounts/sign-in?step=${step}&account=${encodeURIComponent(account_id)}`, words];
}

/** The built page lies one level up from where redirects end; null where there is none. */
function builtPage(pageFolder: string): string | null {
  try {
    return readFileSync(join(pageFolder, "sign-in-failed.html"), "utf8").replace(/(href|src)="\.\//g, '$1="./../');
  } catch {
    return null;
  }
}

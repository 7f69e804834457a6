import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem, ProblemCode } from "../problem.ts";

/** The step of the wizard in which each of these is mended; everything else is tried again where people sign in. */
const STEPS: Readonly<Partial<Record<ProblemCode, "credentials">>> = {
  client_refused: "credentials",
  misconfigured: "credentials",
};

/** For when the page's own files are missing. */
const BARE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>Not signed in</title>
  </head>
  <body>
    <h1>Not signed in</h1>
    <p>{{sentence}}</p>
    <p><a href="{{way}}">{{words}}</a></p>
  </body>
</html>
`;

/** The page on which a redirect ends that signed nobody in: what went wrong, and the way to the step that helps. */
export function signInFailedPage(pageFolder: string, problem: Problem, sentence: string): string {
  const [way, words] = wayOn(problem);
  const values: Readonly<Record<string, string>> = { sentence, way, words };
  return template(pageFolder).replace(/\{\{(\w+)\}\}/g, (_, name: string) => escapeHtml(values[name] ?? ""));
}

/** Relative, because only the browser knows under which prefix it sees the gateway. */
function wayOn({ code, account_id }: Problem): readonly [way: string, words: string] {
  if (account_id === undefined || code === "other_user") return ["./../#/accounts", "To the accounts"];
  const step = STEPS[code] ?? "sign-in";
  const words = step === "credentials" ? "Check the three values" : "Sign in again";
  return [`./../#/accounts/sign-in?step=${step}&account=${encodeURIComponent(account_id)}`, words];
}

/** The built page lies one level up from where redirects end. */
function template(pageFolder: string): string {
  try {
    return readFileSync(join(pageFolder, "sign-in-failed.html"), "utf8").replace(/(href|src)="\.\//g, '$1="./../');
  } catch {
    return BARE;
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

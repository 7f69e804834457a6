import type { Request, Response } from "express";
import { REFUSALS } from "../access/access-guard.ts";
import type { ProblemDetails } from "../api/problem-details.ts";
import { escapeHtml, sendPlainPage } from "./plain-page.ts";
import { spokenTo } from "./words/words.ts";

const REASONS = ["reserved", "proxied", "this_machine"] as const;

/** For who may not come in, and no password helps: why. */
export function sendNoAccess(request: Request, response: Response, { status, detail }: ProblemDetails): void {
  const { lang, words } = spokenTo(request.headers["accept-language"]);
  const reason = REASONS.find((one) => REFUSALS[one] === detail);
  const why = reason === undefined ? `<span lang="en">${escapeHtml(detail)}</span>` : escapeHtml(words[reason]);
  sendPlainPage(response, status, { lang, title: words.no_access, main: `<p>${why}</p>` });
}

/** For who follows an address that there is not: the way to the page, from wherever that is. */
export function sendNothingHere(request: Request, response: Response, { status }: ProblemDetails): void {
  const { lang, words } = spokenTo(request.headers["accept-language"]);
  const way = `./${"../".repeat(Math.max(0, request.path.split("/").length - 2))}`;
  sendPlainPage(response, status, {
    lang,
    title: words.nothing_here,
    main: `<p>${escapeHtml(words.nothing_here_about)}</p>
      <a class="button" href="${way}">${escapeHtml(words.open_gateway)}</a>`,
  });
}

import { decoded } from "./plain-text.ts";

const LONGEST_CODE = 4096;
const CODE = /^[\w.~+/=!*$-]+$/;
/** What people copy along from before it. */
const LABEL = /^(?:(?:the|your)\s+)?(?:authori[sz]ation[\s_-]*)?code["'`]?\s*(?:is\b|[:=])\s*/i;

/** The code in a text that holds no address; null without one. */
export function bareCode(text: string): string | null {
  if (text.includes("://")) return null;
  const labelled = text.replace(/^["'`<([{*=:?&#\s]+/, "").replace(LABEL, "");
  const rest = labelled.replace(/^["'`<([{*=:\s]+/, "");
  const tokens = rest.split(/\s+/).map(tidyToken);
  const [only] = tokens;
  if (tokens.length === 1) return only !== undefined && isCode(only) ? only : null;
  // A code that was wrapped, and nothing else.
  if (tokens.every(looksLikeCode)) return isCode(tokens.join("")) ? tokens.join("") : null;
  const alone = rest.split(/[\r\n]+/).map((line) => tidyToken(line.trim()));
  return [...alone, ...tokens.toSorted((a, b) => b.length - a.length)].find(looksLikeCode) ?? null;
}

function tidyToken(token: string): string {
  return decoded(decoded(token)).replace(/^["'`<([{]+|(?<!["'`>)\]},;:.])["'`>)\]},;:.]+$/g, "");
}

function isCode(token: string): boolean {
  const isAddress = /^[\w-]+(?:\.[\w-]+)+(?::\d+)?\//.test(token);
  return CODE.test(token) && token.length <= LONGEST_CODE && !isAddress;
}

/** Rather a code than a word, a number or a phone's name. */
function looksLikeCode(token: string): boolean {
  return isCode(token) && token.length >= 6 && /\d/.test(token) && /[a-z]/i.test(token);
}

import { decoded } from "./plain-text.ts";

const LONGEST_CODE = 4096;
const CODE = /^[\w.~+/=!*$-]+$/;
/** What people copy along from before it: its name, and marks of every kind. */
const LABEL = /^(?:["'`<([{*=:?&#\s]|(?:(?:the|your)\s+)?(?:authori[sz]ation[\s_-]*)?code["'`*]*\s*(?:is\b|[:=]))+/i;

/** The code in a text that holds no address; null without one. */
export function bareCode(text: string): string | null {
  if (text.includes("://")) return null;
  const rest = text.replace(LABEL, "");
  const tokens = rest.split(/\s+/).map(tidyToken);
  if (tokens.length === 1) return tokens.find(isCode) ?? null;
  // A code that was wrapped, and nothing else.
  if (tokens.every(looksLikeCode)) return isCode(tokens.join("")) ? tokens.join("") : null;
  const alone = rest.split("\n").map((line) => tidyToken(line.trim()));
  return [...alone, ...tokens.toSorted((a, b) => b.length - a.length)].find(looksLikeCode) ?? null;
}

function tidyToken(token: string): string {
  return decoded(decoded(token)).replace(/^["'`<([{]+|(?<!["'`>)\]},;:.])["'`>)\]},;:.]+$/g, "");
}

function isCode(token: string): boolean {
  const isAddress = /^[\w-]+(?:\.[\w-]+)+\//.test(token);
  return CODE.test(token) && token.length <= LONGEST_CODE && !isAddress;
}

/** Rather a code than a word, a number or a phone's name. */
function looksLikeCode(token: string): boolean {
  return isCode(token) && token.length >= 6 && /\d/.test(token) && /[a-z]/i.test(token);
}

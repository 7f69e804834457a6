import type { TokenPlacement } from "../../keeper/providers/provider.ts";
import { Refusal } from "../refusal.ts";

/** What a request asks for, read from its first line, unchanged. */
export interface Asked {
  /** An account's id or name. */
  readonly account: string;
  /** Below the API's address, beginning with a slash. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
}

/** Where an account's requests may go: one origin, and what lies below one path of it. */
export interface Fence {
  readonly origin: string;
  /** Without a slash at its end. */
  readonly basePath: string;
  /** The client's own, below the base path. */
  readonly prefixes: readonly string[];
}

const LONGEST_TARGET = 8192;
/** What RFC 3986 has in a path, but for the at sign: before it some read a user's name, and what follows as the host. */
const PATH = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:/]|%[0-9A-Fa-f]{2})*$/;
const QUERY = /^(?:\?(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]|{}^`"<>]|%[0-9A-Fa-f]{2})*)?$/;
/** Some servers decode twice, and some proxies once more. */
const MOST_DECODINGS = 4;

/** Reads `/proxy/{account}/{path}?{query}`. @throws Refusal `not_found`, `path_refused`, `query_refused` */
export function readTarget(target: string, root: string): Asked {
  if (target.length > LONGEST_TARGET) {
    throw new Refusal("path_refused", `The address is longer than ${LONGEST_TARGET} characters.`);
  }
  if (!target.startsWith("/"))
    throw new Refusal("path_refused", "Ask for a path of the broker, not for a whole address.");
  const [, place = "", account = "", path = "", query = ""] = /^\/([^/?]*)\/?([^/?]*)([^?]*)(.*)$/s.exec(target) ?? [];
  if (place !== root) throw new Refusal("not_found", "The broker answers at /proxy/ACCOUNT/PATH and /token/ACCOUNT.");
  if (!QUERY.test(query)) {
    throw new Refusal("query_refused", "The query holds a character that has to be percent-encoded.");
  }
  checkPath(path);
  return { account: accountName(account), path: path === "" ? "/" : path, query };
}

/** The address to ask. @throws Refusal `path_not_allowed`, `path_refused`, `query_refused` */
export function targetUrl({ path, query }: Asked, fence: Fence, token: TokenPlacement): URL {
  if (token.in === "query" && new URLSearchParams(query).has(token.name)) {
    throw new Refusal("query_refused", `The gateway itself sends the parameter ${token.name}: leave it out.`);
  }
  const written = fence.basePath + path;
  const url = URL.parse(`${fence.origin}${written}${query}`);
  // Whatever a reader of addresses would change, another one may change in another way.
  if (url === null || url.origin !== fence.origin || url.pathname !== written) throw refusedPath();
  if (!isWithin(url, fence)) {
    throw new Refusal("path_not_allowed", `This client may ask for ${fence.prefixes.join(", ")} only.`);
  }
  return url;
}

/** Whether an address, where a redirect leads, is one that the client could have asked for itself. */
export function mayFollow(url: URL, fence: Fence): boolean {
  if (url.origin !== fence.origin || url.username !== "" || url.password !== "" || !isWithin(url, fence)) return false;
  try {
    checkPath(url.pathname);
    return true;
  } catch {
    return false;
  }
}

function isWithin({ pathname }: URL, { basePath, prefixes }: Fence): boolean {
  if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return false;
  const path = pathname.slice(basePath.length) || "/";
  return prefixes.some((prefix) => path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`));
}

/** @throws Refusal `path_refused` for what one server would read otherwise than another */
export function checkPath(path: string): void {
  if (!PATH.test(path)) throw refusedPath();
  for (const form of decodings(path)) {
    // Full-width dots and slashes are dots and slashes to some.
    const plain = form.normalize("NFKC");
    // eslint-disable-next-line no-control-regex
    if (/[\u0000-\u001f\u007f\\]|\/\//.test(plain) || slashes(plain) !== slashes(path)) throw refusedPath();
    if (plain.split("/").some((segment) => /^\.{1,2}(?:;|$)/.test(segment))) throw refusedPath();
    if (/^\/[a-z][a-z0-9+.-]*:(?:\/|$)/i.test(plain)) throw refusedPath();
  }
}

/** The path, and what it becomes when it is decoded again and again. */
function decodings(path: string): string[] {
  const forms = [path];
  for (let form = path; form.includes("%") && forms.length <= MOST_DECODINGS;) {
    let next: string;
    try {
      next = decodeURIComponent(form);
    } catch {
      // A percent sign that stands for itself is what is left of a text that was encoded once.
      if (forms.length > 1) break;
      throw refusedPath();
    }
    if (next === form) break;
    forms.push(next);
    form = next;
  }
  return forms;
}

function slashes(path: string): number {
  return path.split("/").length;
}

function accountName(account: string): string {
  try {
    return decodeURIComponent(account);
  } catch {
    throw refusedPath();
  }
}

function refusedPath(): Refusal {
  return new Refusal(
    "path_refused",
    "The path holds something that servers read in different ways (dots, slashes, backslashes, @ or control characters): write it plainly, and what belongs to a name percent-encoded.",
  );
}

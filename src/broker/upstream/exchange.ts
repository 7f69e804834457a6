import { parseJson, isObject } from "../../json.ts";
import type { AccessToken, TokenSource } from "../../keeper/account.ts";
import type { ProviderApi, TokenPlacement } from "../../keeper/providers/provider.ts";
import { Problem } from "../../problem.ts";
import type { CloudAnswer } from "../cloud-answer.ts";
import { headerOf } from "../cloud-answer.ts";
import { incomingHeaders } from "../fence/headers.ts";
import { mayFollow } from "../fence/target.ts";
import type { Fence } from "../fence/target.ts";
import { Refusal } from "../refusal.ts";
import type { TokenScrub } from "./token-scrub.ts";
import type { BrokerTransport, CloudRequest } from "./transport.ts";

export interface CloudErrand extends Omit<CloudRequest, "signal"> {
  readonly account_id: string;
  readonly api: ProviderApi;
  readonly fence: Fence;
  /** Asked before a token goes out: the client may have been revoked meanwhile. @throws Refusal */
  readonly assertAllowed: () => void;
}

export interface ExchangeParts {
  readonly tokens: TokenSource;
  readonly transport: Pick<BrokerTransport, "send">;
  readonly scrub: TokenScrub;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Sends one request with a valid token: a cloud that refuses it gets the request once more, with a new one. A refused
 * request did nothing, so this is safe for every method.
 */
export class Exchange {
  readonly #parts: ExchangeParts;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  /** The answer as the caller may have it. @throws Refusal */
  async run(errand: CloudErrand, signal: AbortSignal): Promise<CloudAnswer> {
    const { account_id, api } = errand;
    const token = await this.#inTime(this.#parts.tokens.getToken(account_id), signal);
    const first = await this.#send(errand, token, signal);
    if (!isTokenRefused(first, api)) return first;
    const newer = await this.#replace(account_id, token, signal);
    return newer === null ? first : this.#send(errand, newer, signal);
  }

  /** Another token; null where the keeper holds on to this one, for new ones were refused like it. */
  async #replace(account_id: string, token: AccessToken, signal: AbortSignal): Promise<AccessToken | null> {
    const { tokens } = this.#parts;
    try {
      const newer = await this.#inTime(tokens.invalidate(account_id, token.generation), signal);
      return newer.generation === token.generation ? null : newer;
    } catch (error) {
      if (signal.aborted) throw error;
      const present = await tokens.getToken(account_id).catch(() => null);
      if (present?.generation === token.generation) return null;
      throw error;
    }
  }

  async #send(errand: CloudErrand, token: AccessToken, signal: AbortSignal): Promise<CloudAnswer> {
    const { account_id, api, fence, method } = errand;
    const { scrub, transport } = this.#parts;
    errand.assertAllowed();
    scrub.remember(account_id, token.value);
    let url = errand.url;
    for (let hops = 0; ; hops += 1) {
      const request = withToken({ ...errand, url, signal }, api.token, token.value);
      const received = await transport.send(request);
      const location = headerOf(received, "location");
      if (!REDIRECTS.has(received.status) || location === undefined) {
        const { status, headers, body } = received;
        return scrub.clean(account_id, { status, headers: incomingHeaders(headers), body });
      }
      const next = URL.parse(location, url.href);
      const follows = method === "GET" || method === "HEAD";
      if (!follows || next === null || hops >= MOST_REDIRECTS || !mayFollow(next, fence))
        throw redirectRefused(next, scrub, account_id);
      next.hash = "";
      if (api.token.in === "query") next.searchParams.delete(api.token.name);
      url = next;
    }
  }

  /** @throws Refusal where there is no token, or not in time */
  async #inTime(token: Promise<AccessToken>, signal: AbortSignal): Promise<AccessToken> {
    let onAbort = (): void => {};
    const late = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(signal.reason as Error);
      signal.addEventListener("abort", onAbort, { once: true });
    });
    try {
      signal.throwIfAborted();
      return await Promise.race([token, late]);
    } catch (error) {
      throw error instanceof Problem ? Refusal.ofToken(error) : error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}

function withToken(request: CloudRequest, placement: TokenPlacement, value: string): CloudRequest {
  if (placement.in === "header") {
    return { ...request, headers: [...request.headers, [placement.name, `${placement.prefix}${value}`]] };
  }
  const url = new URL(request.url);
  url.search += `${url.search === "" ? "" : "&"}${encodeURIComponent(placement.name)}=${encodeURIComponent(value)}`;
  return { ...request, url };
}

/** By the status, or in the provider's own words. */
export function isTokenRefused(answer: CloudAnswer, { refusals }: ProviderApi): boolean {
  if (answer.status === 401) return true;
  const said = refusals.filter(({ words }) => words.some((word) => answer.body.includes(word)));
  if (said.length === 0) return false;
  const json = parseJson(answer.body.toString());
  return said.some(({ path, words }) => {
    const value = valueAt(json, path);
    return typeof value === "string" && words.includes(value.toUpperCase());
  });
}

/** Whether an answer that claims success holds an error. */
export function holdsError(answer: CloudAnswer, { errors }: ProviderApi): boolean {
  const possible = errors.filter((path) => answer.body.includes(`"${path.at(-1)}"`));
  if (possible.length === 0) return false;
  const json = parseJson(answer.body.toString());
  return possible.some((path) => {
    const value = valueAt(json, path);
    return value !== undefined && value !== null && value !== false && value !== "" && value !== 0;
  });
}

function valueAt(json: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), json);
}

function redirectRefused(to: URL | null, scrub: TokenScrub, account_id: string): Refusal {
  const where = to === null ? "an address that is none" : scrub.text(account_id, `${to.protocol}//${to.host}`);
  return new Refusal(
    "redirect_refused",
    `The cloud sent the request on to ${where}, where the gateway does not take it: only this account's own API gets its token.`,
  );
}

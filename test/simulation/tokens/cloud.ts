import type { Clock } from "../../../src/clock.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import type { IssuedPair, Judge, Verdict } from "./judge.ts";

/**
 * What can befall one call to the token endpoint. `*_after_acting`: the server has done its part, and only the answer
 * suffers.
 */
export const CALL_FAULTS = [
  "refused",
  "silent",
  "slow",
  "cut_after_acting",
  "silent_after_acting",
  "garbage_after_acting",
  "acts_after_time_out",
  "http_500",
  "http_503_retry_after",
  "http_429",
  "html_404",
  "forbidden",
  "certificate",
  "captive_portal",
  "html_200",
  "html_502",
  "envelope_500",
  "invalid_grant",
  "invalid_client",
  "no_refresh_token",
  "null_refresh_token",
  "wrapped",
] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

/** One call, as the judge of the whole thing remembers it. */
export interface CallRecord {
  /** The refresh token, or the password in its place; null for a sign-in. */
  readonly credential: string | null;
  readonly isLogin: boolean;
  /** True time, epoch ms. */
  readonly at: number;
  /** What an undamaged answer brought to the gateway; null when none did. */
  granted: IssuedPair | null;
  /** The grant itself was refused. */
  refused: boolean;
  /** The answer is in the journal, or in the memory of a gateway that lives: there is no excuse to ask again. */
  kept: boolean;
}

export interface CloudOptions {
  readonly judge: Judge;
  readonly clock: Clock;
  readonly trueNow: () => number;
  readonly onCall: (call: CallRecord) => void;
}

const LATENCY_MS = 80;
const SLOW_MS = 15_000;
const BEYOND_TIME_OUT_MS = 25_000;

/** The way from one running gateway to the modelled cloud and back, with its faults. */
export class Cloud {
  readonly #options: CloudOptions;
  readonly #underWay = new Map<number, number>();
  /** Each takes the place of one call. */
  readonly faults: CallFault[] = [];
  identityFails = 0;
  /** The most calls for one account that ever were under way together. */
  mostUnderWay = 0;
  spuriousRefusals = 0;

  constructor(options: CloudOptions) {
    this.#options = options;
  }

  /**
   * What one grant calls with.
   *
   * @param account whose grant it is. One that is removed and added again is another: its first call may come before the
   *   last of the old one has ended, which may even begin after the removal.
   */
  fetchOf(account: number): Fetch {
    return async (url, init) =>
      /\/(token|login)$/.test(url) ? this.#token(account, init) : this.#identity(new Headers(init.headers));
  }

  async #identity(headers: Headers): Promise<Response> {
    await this.#pause(LATENCY_MS);
    if (this.identityFails > 0) {
      this.identityFails--;
      return new Response("<html>Bad gateway</html>", { status: 502 });
    }
    const known = /^Bearer access-token-\d+$/.test(headers.get("authorization") ?? "");
    return json(200, { payload: { user: { id: known ? "user-1" : null } } });
  }

  async #token(account: number, { body, headers, signal }: RequestInit): Promise<Response> {
    const form = new URLSearchParams(typeof body === "string" || body instanceof URLSearchParams ? body : "");
    const password = passwordOf(new Headers(headers));
    const call: CallRecord = {
      credential: password ?? form.get("refresh_token"),
      isLogin: password !== null,
      at: this.#options.trueNow(),
      granted: null,
      refused: false,
      kept: false,
    };
    const underWay = (this.#underWay.get(account) ?? 0) + 1;
    this.#underWay.set(account, underWay);
    this.mostUnderWay = Math.max(this.mostUnderWay, underWay);
    // Once the gateway has its answer, or has given up, the call is over for it.
    const over = (): void => void this.#underWay.set(account, (this.#underWay.get(account) ?? 0) - 1);
    signal?.addEventListener("abort", over, { once: true });
    this.#options.onCall(call);
    const response = await this.#answer(form, call);
    response.headers.set("date", new Date(this.#options.trueNow()).toUTCString());
    return response;
  }

  async #answer(form: URLSearchParams, call: CallRecord): Promise<Response> {
    const fault = this.faults.shift();
    const { judge, trueNow } = this.#options;
    const act = (): Verdict =>
      call.isLogin ? judge.logIn(call.credential ?? "", trueNow()) : judge.act(form, trueNow());
    const give = (verdict: Verdict, body: unknown = verdict.body): Response => {
      call.granted = verdict.granted;
      call.refused = verdict.granted === null;
      return json(verdict.status, body);
    };
    await this.#pause(fault === "acts_after_time_out" ? BEYOND_TIME_OUT_MS : LATENCY_MS / 2);
    switch (fault) {
      case "refused":
        throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      case "silent":
        return forever();
      case "cut_after_acting":
        act();
        throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      case "silent_after_acting":
        act();
        return forever();
      case "garbage_after_acting": {
        const { status, body } = act();
        return new Response(JSON.stringify(body).slice(0, 20), { status });
      }
      case "http_500":
        return json(500, { error: "server_error" });
      case "http_503_retry_after":
        return new Response("", { status: 503, headers: { "retry-after": "300" } });
      case "http_429":
        return new Response("", { status: 429, headers: { "retry-after": "86400" } });
      case "forbidden":
        return json(403, { message: "Forbidden" });
      case "certificate":
        throw Object.assign(new Error("Hostname/IP does not match"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
      case "captive_portal":
        return new Response("", { status: 302, headers: { location: "https://hotel.test" } });
      case "html_404":
        return html(404);
      case "html_200":
        return html(200);
      case "html_502":
        return html(502);
      case "envelope_500":
        return json(200, { code: 500, message: "internal error" });
      case "invalid_grant":
        this.spuriousRefusals++;
        call.refused = true;
        return json(400, { error: "invalid_grant" });
      case "invalid_client":
        // Refusals count in a row, whatever their words: this and one of the grant are two.
        this.spuriousRefusals++;
        return json(401, { error: "invalid_client" });
      case "no_refresh_token":
      case "null_refresh_token":
        return this.#withoutRefreshToken(call, fault, give, act());
      case "wrapped": {
        const verdict = act();
        return give(verdict, verdict.granted === null ? verdict.body : { code: 200, data: verdict.body });
      }
      case "slow":
        await this.#pause(SLOW_MS);
        return give(act());
      case "acts_after_time_out":
      case undefined: {
        const verdict = act();
        await this.#pause(LATENCY_MS / 2);
        return give(verdict);
      }
    }
  }

  /** Only a server that keeps the refresh token leaves it out; a sign-in always brings one. */
  #withoutRefreshToken(
    call: CallRecord,
    fault: "no_refresh_token" | "null_refresh_token",
    give: (verdict: Verdict, body?: unknown) => Response,
    verdict: Verdict,
  ): Response {
    const rotated = verdict.granted?.refresh_token !== call.credential;
    if (rotated) return give(verdict);
    const { refresh_token: _, ...rest } = verdict.body;
    return give(verdict, fault === "no_refresh_token" ? rest : { ...rest, refresh_token: null });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(ms, resolve));
  }
}

/** Of HTTP Basic; null for another request. */
function passwordOf(headers: Headers): string | null {
  const [, encoded] = /^Basic (.*)$/.exec(headers.get("authorization") ?? "") ?? [];
  if (encoded === undefined) return null;
  const credentials = Buffer.from(encoded, "base64").toString("utf8");
  return credentials.slice(credentials.indexOf(":") + 1);
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

function html(status: number): Response {
  return new Response("<html><body>Please log in</body></html>", { status, headers: { "content-type": "text/html" } });
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}

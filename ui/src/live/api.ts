import type { BrokerState, ClientWish, NewClient } from "../../../src/broker/broker-state.ts";
import type { Client } from "../../../src/keeper/clients/client.ts";
import type { ActivityEntry } from "../../../src/activity/entry.ts";
import type { EventPage } from "../../../src/activity/event-log.ts";
import type {
  AccountChange,
  AccountEvent,
  AccountSettings,
  AccountState,
  ClientDetails,
} from "../../../src/keeper/account.ts";
import type { ImportOutcome, ImportState } from "../../../src/import/import-state.ts";
import type { SessionState } from "../../../src/http/api/session.ts";
import type { ProblemCode } from "../../../src/problem.ts";
import type { Said } from "../../../src/said/said.ts";
import type { Report } from "../../../src/report/report.ts";
import type { CommandArguments, CommandName, CommandState, DeviceState } from "../../../src/state/picture.ts";
import type { SetUpPlan, SetUpState, SetUpStep } from "../../../src/state/set-up.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { entriesIn, eventsIn } from "./incoming/activity-in.ts";
import type { Typed } from "./providers.ts";

/** Longer than a command takes at the gateway (45 s), so that its sentence arrives before ours is needed. */
const TIME_OUT_MS = 60_000;

type AccountDetails = Typed & { readonly provider: string; readonly name: string };

/** As the query of `GET api/activity/events`. */
export type EventsQuery = Readonly<Record<string, string>>;

/** The gateway refused, or did not answer: shown by `told`, for `message` is English. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  /** The gateway's code, or `unreachable` when there was no answer that could be read. */
  readonly code: ProblemCode | "unreachable";
  /** The field of the request that is wrong, if one is. */
  readonly field: string | null;
  readonly retryAfterS: number | null;
  /** What the gateway's sentence is made of, where it told that. */
  readonly said: Said | null;

  constructor(
    code: ApiProblem["code"],
    message: string,
    field: string | null,
    retryAfterS: number | null,
    said: Said | null = null,
  ) {
    super(message);
    this.code = code;
    this.field = field;
    this.retryAfterS = retryAfterS;
    this.said = said;
  }
}

/** The gateway's HTTP API. URLs are relative to the page, which has a prefix behind ingress. */
export class Api {
  readonly #onLoggedOut: () => void;

  /** @param onLoggedOut called when the gateway asks for the password, and after a logout */
  constructor(onLoggedOut: () => void) {
    this.#onLoggedOut = onLoggedOut;
  }

  async providers(): Promise<readonly ProviderDescription[]> {
    return (await this.#ask<{ readonly providers: readonly ProviderDescription[] }>("api/providers")).providers;
  }

  /** @param details without `provider`: of the cloud with the locks */
  addAccount(details: ClientDetails | AccountDetails): Promise<AccountState> {
    return this.#post("api/accounts", details);
  }

  /** What is stored of an account's fields, without its secrets. */
  settings(account_id: string): Promise<AccountSettings> {
    return this.#ask(`api/accounts/settings?${new URLSearchParams({ account_id }).toString()}`);
  }

  updateAccount(account_id: string, change: AccountChange | Typed): Promise<AccountState> {
    return this.#post("api/accounts/update", { account_id, ...change });
  }

  authorise(account_id: string): Promise<{ readonly url: string }> {
    return this.#post("api/accounts/authorise", { account_id });
  }

  /** Begins a sign-in on another device, or leaves the one that is under way. */
  beginDeviceCode(account_id: string): Promise<AccountState> {
    return this.#post("api/accounts/device-code", { account_id });
  }

  exchange(account_id: string, callback_url: string): Promise<AccountState> {
    return this.#post("api/accounts/exchange", { account_id, callback_url });
  }

  refresh(account_id: string): Promise<AccountState> {
    return this.#post("api/accounts/refresh", { account_id });
  }

  signOut(account_id: string): Promise<AccountState> {
    return this.#post("api/accounts/sign-out", { account_id });
  }

  keepAccount(account_id: string): Promise<AccountState> {
    return this.#post("api/accounts/keep", { account_id });
  }

  removeAccount(account_id: string): Promise<void> {
    return this.#post("api/accounts/remove", { account_id });
  }

  async events(account_id: string): Promise<readonly AccountEvent[]> {
    const path = `api/accounts/events?${new URLSearchParams({ account_id }).toString()}`;
    return (await this.#ask<{ readonly events: readonly AccountEvent[] }>(path)).events;
  }

  clients(): Promise<BrokerState> {
    return this.#ask("api/broker/clients");
  }

  /** The answer holds the client's token, which is told only now. */
  addClient(wish: ClientWish): Promise<NewClient> {
    return this.#post("api/broker/clients", wish);
  }

  revokeClient(client_id: string): Promise<Client> {
    return this.#post("api/broker/clients/revoke", { client_id });
  }

  importState(): Promise<ImportState> {
    return this.#ask("api/import");
  }

  /** @param file the content of a config.json; null for the one that waits on the gateway's machine */
  importConfig(file: string | null, confirm: boolean): Promise<ImportOutcome> {
    return this.#post("api/import", { ...(file === null ? {} : { file }), ...(confirm ? { confirm } : {}) });
  }

  session(): Promise<SessionState> {
    return this.#ask("api/session");
  }

  async logOut(): Promise<void> {
    await this.#post("logout", {});
    this.#onLoggedOut();
  }

  /** What setting the gateway up in Home Assistant would take now. */
  setUpPlan(): Promise<SetUpPlan> {
    return this.#ask("api/home-assistant/connect");
  }

  beginSetUp(steps: readonly SetUpStep[]): Promise<SetUpState> {
    return this.#post("api/home-assistant/connect", { steps });
  }

  /** What helps whoever looks into a problem, fit for a public place. */
  report(): Promise<Report> {
    return this.#ask("api/report");
  }

  discover(): Promise<unknown> {
    return this.#post("api/devices/discover", {});
  }

  /** @param wish null: the cloud's name again, or not pinned any more */
  arrangeDevice(
    device_id: string,
    wish: { readonly name?: string | null; readonly place?: number | null },
  ): Promise<DeviceState> {
    return this.#post("api/devices/arrange", { device_id, ...wish });
  }

  removeDevice(device_id: string): Promise<void> {
    return this.#post("api/devices/remove", { device_id });
  }

  command(device_id: string, name: CommandName, args?: CommandArguments): Promise<CommandState> {
    return this.#post("api/commands", { device_id, name, ...(args === undefined ? {} : { args }) });
  }

  async activityEvents(query: EventsQuery): Promise<EventPage> {
    return eventsIn(await this.#ask(`api/activity/events?${new URLSearchParams(query).toString()}`));
  }

  /** The newest entries of each device, oldest first. */
  async latestActivity(): Promise<readonly ActivityEntry[]> {
    return entriesIn((await this.#ask<{ readonly entries?: unknown }>("api/activity/latest")).entries);
  }

  /** All that is wanted, as a file. */
  async activityFile(format: "csv" | "json", query: EventsQuery): Promise<Blob> {
    const path = `api/activity/export?${new URLSearchParams({ ...query, format }).toString()}`;
    const answer = await this.#fetch(path);
    if (!answer.ok) throw problemIn(readJson(await answer.text()), answer.status);
    return await answer.blob();
  }

  /** What was, as `GET api/history/...` answers it. */
  history<T>(of: "doors" | "tokens" | "batteries", query: Readonly<Record<string, string>>): Promise<T> {
    return this.#ask(`api/history/${of}?${new URLSearchParams(query).toString()}`);
  }

  /**
   * How far the gateway's clock is ahead of the browser's, in ms: all times of the picture are the gateway's. Answers
   * give it to the second, so less than two seconds count as none.
   */
  async clockAheadMs(): Promise<number> {
    const asked = Date.now();
    const answer = await this.#fetch("health/live");
    const told = Date.parse(answer.headers.get("Date") ?? "");
    const ahead = told + 500 - (asked + Date.now()) / 2;
    return Math.abs(ahead) < 2000 || Number.isNaN(ahead) ? 0 : ahead;
  }

  #post<T>(path: string, body: object): Promise<T> {
    return this.#ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** @throws ApiProblem */
  async #ask<T>(path: string, request: RequestInit = {}): Promise<T> {
    const answer = await this.#fetch(path, request);
    const text = await answer.text();
    const body = text === "" ? undefined : readJson(text);
    if (answer.ok) return body as T;
    const problem = problemIn(body, answer.status);
    if (problem.code === "unauthenticated") this.#onLoggedOut();
    throw problem;
  }

  async #fetch(path: string, request: RequestInit = {}): Promise<Response> {
    try {
      return await fetch(path, { ...request, signal: AbortSignal.timeout(TIME_OUT_MS) });
    } catch {
      throw unreachable("The gateway did not answer. Try again in a moment.", { key: "unreachable", params: {} });
    }
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The problem details if there are any, else (a proxy's own error page) what the status says. */
function problemIn(body: unknown, status: number): ApiProblem {
  if (typeof body === "object" && body !== null && "code" in body && "detail" in body) {
    const { code, detail, field, retry_after_s, said } = body as {
      code: ProblemCode;
      detail: string;
      field?: string;
      retry_after_s?: number;
      said?: Said;
    };
    return new ApiProblem(code, detail, field ?? null, retry_after_s ?? null, said ?? null);
  }
  const said = { key: "unreachable_status", params: { status } };
  return unreachable(`The gateway could not be reached (HTTP ${status}). Try again in a moment.`, said);
}

function unreachable(message: string, said: Said): ApiProblem {
  return new ApiProblem("unreachable", message, null, null, said);
}

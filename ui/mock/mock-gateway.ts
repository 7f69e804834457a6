import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ActivityDraft, ActivityEntry } from "../../src/activity/entry.ts";
import type { AccountState } from "../../src/keeper/account.ts";
import type { Standing } from "../../src/http/access/rights.ts";
import type { LogRecord } from "../../src/log.ts";
import type { CommandState, Snapshot } from "../../src/state/picture.ts";
import type { Update } from "../../src/state/report-ages.ts";
import { withChange } from "../src/live/picture-change.ts";
import { arrange } from "./doors/arrangement.ts";
import { onlookerOf, refusedRequest } from "./access.ts";
import { activityOf, ofCommand, pageOf, written } from "./activity.ts";
import { further } from "./answers/further.ts";
import type { Answer, Body } from "./answers/answer.ts";
import { after, asked, transitionOf } from "./commands.ts";
import { freshlySignedIn, neverSignedIn, stateOf } from "./accounts.ts";
import { MockClients } from "./broker/clients.ts";
import { withToken } from "./clouds/accounts.ts";
import { DESCRIPTIONS } from "./clouds/descriptions.ts";
import { OtherClouds } from "./clouds/other-clouds.ts";
import { frontDoor, gardenGate } from "./devices.ts";
import { MockFeed } from "./feed.ts";
import { wayToFound } from "../../src/http/page/sign-in-failed.ts";
import { withSaid } from "../../src/said/with-said.ts";
import { BUILT_PAGE, sendCloudPage, sendFile, sendRefusal } from "./page-files.ts";
import { SCENARIOS, pictureOf } from "./scenarios.ts";
import type { Scenario } from "./scenarios.ts";
import { MockImports } from "./import/imports.ts";
import { MockSetUp } from "./home-assistant/set-up.ts";

export interface MockOptions {
  readonly scenario: Scenario;
  /** Where the built page is; default `ui/dist`. */
  readonly page?: string;
  /** 0 (default) takes a free port. */
  readonly port?: number;
  /** What comes before every path, as with ingress: begins with a slash, ends without. */
  readonly prefix?: string;
  /** How long a lock takes to confirm; default 1500 ms. */
  readonly confirmMs?: number;
  /** The gateway's time; default the machine's. */
  readonly now?: () => number;
}

/**
 * Plays the gateway for the page: its files, its API and its live feed, on a picture that tests change as they like.
 */
export class MockGateway {
  /** What the page asked to change, oldest first. */
  readonly asked: { readonly path: string; readonly body: Body }[] = [];
  /** What was refused for want of a right, oldest first. */
  readonly refused: string[] = [];
  /** Answers a path with this problem instead, until it is deleted. */
  readonly problems = new Map<
    string,
    { readonly status: number; readonly code: string; readonly detail: string; readonly field?: string }
  >();
  readonly setUp = new MockSetUp(
    () => this.#picture.gateway.link,
    (link) => this.change({ gateway: { ...this.#picture.gateway, link } }),
  );
  readonly imports = new MockImports(
    () => this.#picture.accounts,
    (account) => this.change({ accounts: [account] }),
  );
  readonly #others = new OtherClouds((account) => this.change({ accounts: [account] }));
  readonly #options: MockOptions;
  readonly #now: () => number;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #feed: MockFeed;
  #picture: Snapshot;
  #activity: readonly ActivityEntry[];
  readonly #clients = new MockClients();
  #refuseFeed = false;

  constructor(options: MockOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#picture = pictureOf(options.scenario, this.#now());
    this.#feed = new MockFeed(onlookerOf(options.scenario), () => this.#picture, this.#now);
    this.#activity = activityOf(options.scenario, this.#picture, this.#now());
    this.#server.on("upgrade", (request, socket, head) => {
      if (this.#refuseFeed || request.url !== `${this.#prefix}/api/live`) socket.destroy();
      else this.#feed.accept(request, socket, head);
    });
  }

  get #prefix(): string {
    return this.#options.prefix ?? "";
  }

  get picture(): Snapshot {
    return this.#picture;
  }

  /** Starts listening on loopback; resolves with the page's address. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(this.#options.port ?? 0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The mock gateway has no port.");
    return `http://127.0.0.1:${address.port}${this.#prefix}/`;
  }

  async stop(): Promise<void> {
    this.cutFeed();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Accepts no new feed until `restoreFeed`; existing ones stay. */
  refuseFeed(): void {
    this.#refuseFeed = true;
  }

  /** Ends all feeds and accepts no new one until `restoreFeed`. */
  cutFeed(): void {
    this.refuseFeed();
    this.#feed.cut();
  }

  /** Sends a text on all feeds, whatever it is. */
  tellText(text: string): void {
    this.#feed.tellText(text);
  }

  restoreFeed(): void {
    this.#refuseFeed = false;
  }

  /** What Home Assistant says of who is looking from now on. */
  become(standing: Standing): void {
    this.#feed.become(standing);
  }

  change(set: Update["set"], removed: Update["removed"] = {}, ages: Update["ages"] = {}): void {
    const change: Update = { seq: this.#picture.seq + 1, set, removed, ages };
    this.#picture = withChange(this.#picture, change);
    this.#feed.change(change);
  }

  /** Adds entries to the activity log and sends them. */
  happen(...drafts: readonly ActivityDraft[]): void {
    const entries = written(this.#activity, drafts);
    this.#activity = [...this.#activity, ...entries];
    this.#feed.happen(entries);
  }

  /** Writes lines into the log. */
  write(...records: readonly LogRecord[]): void {
    this.#feed.write(records);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://gateway");
    // The page sets its clock by it.
    response.setHeader("Date", new Date(this.#now()).toUTCString());
    if (url.pathname === "/cloud/sign-in") return sendCloudPage(url, response);
    if (!url.pathname.startsWith(`${this.#prefix}/`)) return void response.writeHead(404).end();
    url.pathname = url.pathname.slice(this.#prefix.length);
    if (url.pathname === "/oauth/callback") return this.#callback(url, response);
    if (url.pathname === "/health/live") return void response.writeHead(200).end();
    if (!url.pathname.startsWith("/api/")) return sendFile(this.#options.page ?? BUILT_PAGE, url.pathname, response);
    const body = request.method === "POST" ? ((await readJson(request)) as Body) : {};
    if (request.method === "POST") this.asked.push({ path: url.pathname, body });
    const refused = refusedRequest(this.#feed.access, request.method, url.pathname);
    if (refused !== undefined) this.refused.push(url.pathname);
    const problem = refused ?? this.problems.get(url.pathname);
    const answer =
      problem === undefined
        ? this.#answer(request.method ?? "", url, body)
        : { status: problem.status, body: { type: "about:blank", title: problem.code, retryable: false, ...problem } };
    response.writeHead(answer.status, { "Content-Type": "application/json" });
    response.end(answer.text ?? (answer.body === undefined ? undefined : JSON.stringify(withSaid(answer.body))));
  }

  #answer(method: string, url: URL, body: Body): Answer {
    const { client_secret: _, account_id = url.searchParams.get("account_id"), ...details } = body;
    const account = this.#picture.accounts.find(({ id }) => id === account_id) ?? neverSignedIn();
    switch (url.pathname) {
      case "/api/state":
        return { status: 200, body: this.#picture };
      case "/api/session":
        return { status: 200, body: { by: "loopback", user_name: null, logged_in: false, ...this.#feed.access } };
      case "/api/accounts/events":
        return { status: 200, body: { events: this.#picture.accounts[0]?.recent ?? [] } };
      case "/api/accounts/settings":
        return { status: 200, body: this.#others.settings(account) };
      case "/api/providers":
        return { status: 200, body: { providers: DESCRIPTIONS } };
      case "/api/accounts/device-code":
        return this.#keep(200, this.#others.beginDeviceCode(account));
      case "/api/accounts":
        if (body["provider"] !== undefined) return this.#keep(201, this.#others.add(body));
        return this.#keep(201, { ...neverSignedIn(), ...details, id: randomUUID() });
      case "/api/accounts/update":
        if (!account.has_devices) return this.#keep(200, this.#others.change(account, body));
        return this.#keep(200, { ...account, ...details });
      case "/api/accounts/authorise": {
        const query = new URLSearchParams({ redirect_uri: account.redirect_uri, state: stateOf(account) });
        return { status: 200, body: { url: `/cloud/sign-in?${query.toString()}` } };
      }
      case "/api/accounts/exchange":
      case "/api/accounts/refresh":
        return this.#signIn(account);
      case "/api/accounts/sign-out":
        return this.#keep(200, { ...account, status: "sign_in_needed", reason: "signed_out", obtained_at: null });
      case "/api/accounts/keep":
        return this.#keep(200, { ...account, left_options_at: null });
      case "/api/accounts/remove":
        this.change({}, { accounts: [account.id] });
        return { status: 204 };
      case "/api/activity":
        return { status: 200, body: pageOf(this.#activity, url.searchParams) };
      case "/api/home-assistant/connect":
        return this.setUp.answer(method, body.steps ?? []);
      case "/api/import":
        return this.imports.answer(method, body);
      case "/api/broker/clients":
      case "/api/broker/clients/revoke":
        return this.#clients.answer(method, url.pathname, body);
      case "/api/devices/arrange":
        return arrange(body, this.#picture.devices, (devices) => this.change({ devices }));
      case "/api/devices/remove":
        this.change({}, { devices: [body["device_id"] ?? ""] });
        return { status: 204 };
      case "/api/devices/discover":
        return { status: 202, body: {} };
      case "/api/commands":
        return this.#command(body);
      default:
        return further({ method, url, body, picture: this.#picture, activity: this.#activity });
    }
  }

  #keep(status: number, account: AccountState): Answer {
    this.change({ accounts: [account] });
    return { status, body: account };
  }

  #signIn(account: AccountState): Answer {
    const now = this.#now();
    if (!account.has_devices) return this.#keep(200, withToken(account, now));
    const answer = this.#keep(200, freshlySignedIn(account, now));
    const cloud = { online: true, error: null, last_success_at: now + 1, devices_known: false };
    this.change({
      gateway: { ...this.#picture.gateway, clouds: { [account.id]: cloud } },
      devices: [frontDoor(now), gardenGate(now)].map((device) => ({ ...device, account_id: account.id })),
    });
    return answer;
  }

  #command(body: Body): Answer {
    const command = asked(body, this.#now());
    const device = this.#picture.devices.find(({ id }) => id === command.device_id);
    if (!device) return { status: 404, body: { code: "device_not_found", detail: "This lock is not there any more." } };
    const { name, args, requested_at } = command;
    this.change({ devices: [{ ...device, transition: transitionOf(device, name) }], commands: [command] });
    setTimeout(() => {
      const ended_at = this.#now();
      const ended: CommandState = { ...command, ended_at, took_ms: ended_at - requested_at, outcome: "confirmed" };
      this.change({
        devices: [{ ...after(device, name, args), transition: null, confirmed_at: ended_at }],
        commands: [ended],
      });
      this.happen(...ofCommand(ended, this.#picture.devices));
    }, this.#options.confirmMs ?? 1500).unref();
    return { status: 202, body: command };
  }

  #callback(url: URL, response: ServerResponse): void {
    const account = this.#picture.accounts.find((one) => stateOf(one) === url.searchParams.get("state"));
    if (url.searchParams.has("error")) {
      sendRefusal(url, account?.id ?? null, this.#options.page ?? BUILT_PAGE, response);
      return;
    }
    if (account) this.#signIn(account);
    response.writeHead(303, { Location: account ? wayToFound(account.id) : "./../#/accounts" });
    response.end();
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString() || "{}");
}

/** By hand: `node ui/mock/mock-gateway.ts [scenario]`. */
if (import.meta.main) {
  const scenario = SCENARIOS.find((known) => known === process.argv[2]) ?? "all-well";
  const url = await new MockGateway({ scenario, port: 8123 }).start();
  console.log(`The page plays "${scenario}" at ${url} (others: ${SCENARIOS.join(", ")})`);
}

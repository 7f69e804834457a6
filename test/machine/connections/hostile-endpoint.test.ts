import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { httpFetch } from "../../../src/jobs/http-fetch.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import { DETAILS, House } from "../../keeper/house.ts";
import { OAuthServer } from "../../keeper/token-calls/oauth-server.ts";

/** The worker's own transport against a token endpoint that answers anything: the procedure in this thread. */
/** For what comes, however busy the machine is. */
const PATIENT_MS = 5000;
/** For what never comes. */
const HASTY_MS = 250;
const MINUTE_MS = 60_000;
const PAIR = { access_token: "access-user-1-0", refresh_token: "refresh-user-1-0", expires_in: 3600 };
/** Its refresh token is of no grant. */
const NOBODYS = { ...PAIR, refresh_token: "refresh-of-nobody" };

let server: OAuthServer;
let house: House;
let id: string;

beforeEach(async () => {
  server = await OAuthServer.start({ lifeS: 86_400 });
  house = new House({ url: server.url, fetch: httpFetch(), callTimeoutMs: PATIENT_MS });
  ({ id } = house.keeper.addAccount(DETAILS));
  await house.keeper.exchange(server.code(), id);
});
afterEach(async () => {
  house.remove();
  await server.stop();
});

function account(): AccountState {
  const [only] = house.keeper.accounts();
  if (only === undefined) throw new Error("There is no account.");
  return only;
}

async function refresh(): Promise<void> {
  await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
}

/** Answers `text` bit by bit and never ends. */
function drip(response: ServerResponse, text: string): void {
  let sent = 0;
  const timer = setInterval(() => response.write(text.charAt(sent++ % text.length)), 10);
  response.on("close", () => clearInterval(timer));
}

/** Writes to the socket itself: what no decent server would say. */
function bare(response: ServerResponse, text: string): void {
  response.socket?.end(text);
}

const json = JSON.stringify(PAIR);
const HALF = json.slice(0, -10);
const BROKE = "The U-tec cloud can't be reached: the connection broke; the gateway tries again by itself.";
const UNDECODED = "The U-tec cloud sent an answer that can't be decoded; the gateway tries again by itself.";
const LATE = "The U-tec cloud did not answer within 0.25 s; the gateway tries again by itself.";
const LARGE = "The U-tec cloud sent more than an answer should hold; the gateway tries again by itself.";
const PAGE =
  "A web page came in place of an answer of the U-tec cloud (200): a firewall, a proxy or the network's own sign-in page may have sent it; the gateway tries again by itself.";
const WITHOUT = "The U-tec cloud answered without a token; the gateway tries again by itself.";
const SENSELESS = "The U-tec cloud answered with something other than a token; the gateway tries again by itself.";

describe("an answer that is none ends the call, is named in a sentence, costs no token, and the next call works", () => {
  test.each<[what: string, answer: (response: ServerResponse) => void, code: string, sentence: string]>([
    ["10 MB", (r) => r.end(Buffer.alloc(10 * 1024 * 1024, "x")), "answer_too_large", LARGE],
    ["10 MB in a few KB of gzip", (r) => gzip(r, gzipSync(Buffer.alloc(10_485_760))), "answer_too_large", LARGE],
    ["a byte now and then", (r) => drip(r, json), "timeout", LATE],
    ["silence", () => undefined, "timeout", LATE],
    ["chunks without an end", (r) => r.writeHead(200).write(HALF), "timeout", LATE],
    ["gzip that is none", (r) => gzip(r, Buffer.from("no gzip")), "answer_unreadable", UNDECODED],
    ["gzip that breaks off", (r) => gzip(r, gzipSync(json).subarray(0, 30)), "answer_unreadable", UNDECODED],
    [
      "less than it announced",
      (r) => bare(r, `HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n${HALF}`),
      "connection_broken",
      BROKE,
    ],
    [
      "more than it announced",
      (r) => bare(r, `HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n${json}`),
      "answer_unreadable",
      WITHOUT,
    ],
    [
      "a reset after the headers",
      (r) => r.writeHead(200).flushHeaders() ?? r.socket?.resetAndDestroy(),
      "connection_broken",
      BROKE,
    ],
    ["a reset before them", (r) => r.socket?.resetAndDestroy(), "connection_broken", BROKE],
    ["no HTTP", (r) => bare(r, "220 smtp.test ESMTP\r\n"), "answer_unreadable", UNDECODED],
    ["a header of 100 KB", (r) => r.setHeader("x-long", "x".repeat(100_000)).end(json), "answer_unreadable", UNDECODED],
    ["a status that is none", (r) => bare(r, `HTTP/1.1 999 Odd\r\n\r\n${json}`), "answer_unreadable", UNDECODED],
    ["two documents", (r) => r.end(json + json), "answer_unreadable", WITHOUT],
    ["half a document", (r) => r.end(HALF), "answer_unreadable", WITHOUT],
    ["HTML with status 200", (r) => r.end("<!doctype html><p>Welcome to the hotel"), "answer_unreadable", PAGE],
    [
      "a token of two lines",
      (r) => r.end(JSON.stringify({ ...NOBODYS, access_token: "two\nlines" })),
      "answer_unreadable",
      SENSELESS,
    ],
    [
      "a token of 17 KB",
      (r) => r.end(JSON.stringify({ ...NOBODYS, access_token: "x".repeat(17_408) })),
      "answer_unreadable",
      SENSELESS,
    ],
  ])("%s", async (_, answer, code, sentence) => {
    const before = house.vault.tokens.newest(id);
    server.queueFault(answer);
    if (code === "timeout") house.world.callTimeoutMs = HASTY_MS;
    const began = performance.now();
    await refresh();
    expect(performance.now() - began).toBeLessThan(PATIENT_MS - 1000);
    expect(account()).toMatchObject({
      status: "retrying",
      last_error: { class: "transient", code, message: sentence },
    });
    expect((account().next_refresh_at ?? Infinity) - house.clock.now()).toBeLessThanOrEqual(15 * MINUTE_MS);
    expect(house.vault.tokens.newest(id)).toEqual(before);
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });

    house.world.callTimeoutMs = PATIENT_MS;
    await refresh();
    expect(account()).toMatchObject({ status: "fresh", generation: 2, last_error: null });
    expect(house.vault.tokens.newest(id)?.refresh_token).toBe(server.newestRefreshToken);
  });
});

describe("a pair that came whole is stored, however the connection ended: the cloud has taken the old one back", () => {
  test.each<[what: string, answer: (response: ServerResponse) => void]>([
    ["after less than was announced", (r) => bare(r, `HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n${json}`)],
    ["without the end of the chunks", (r) => r.writeHead(200).write(json)],
    ["with a reset", (r) => r.writeHead(200).write(json, () => setTimeout(() => r.socket?.resetAndDestroy(), 20))],
    ["with the end of its compression cut off", (r) => gzip(r, gzipSync(json).subarray(0, -4))],
  ])("%s", async (_, answer) => {
    server.queueFault(answer);
    house.world.callTimeoutMs = 2 * HASTY_MS;
    await refresh();
    expect(account()).toMatchObject({ status: "fresh", generation: 2, last_error: null });
    expect(house.vault.tokens.newest(id)).toMatchObject({
      access_token: PAIR.access_token,
      refresh_token: PAIR.refresh_token,
    });
  });

  test("half a form is no answer: its token may be cut short", async () => {
    server.queueFault((r) => bare(r, "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\naccess_token=access-us"));
    await refresh();
    expect(account()).toMatchObject({ generation: 1, last_error: { code: "connection_broken" } });
  });
});

function gzip(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { "content-encoding": "gzip" }).end(body);
}

test("of an endless answer little more is taken in than an answer may hold", async () => {
  let sent = 0;
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  server.queueFault((response) => {
    const chunk = Buffer.alloc(64 * 1024, "x");
    const pump = (): void => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on("drain", pump).on("close", resolve);
    pump();
  });
  await refresh();
  await closed;
  expect(account().last_error?.code).toBe("answer_too_large");
  // What the operating system holds between the two is on the way, not in the gateway.
  expect(sent).toBeLessThan(8 * 1024 * 1024);
});

describe("a redirect is never followed: the client secret goes to its token endpoint only", () => {
  test.each([301, 302, 303, 307, 308])("%i", async (status) => {
    let visits = 0;
    const elsewhere = createServer((_, response) => {
      visits++;
      response.end(json);
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = elsewhere.address() as AddressInfo;
      server.queueFault((response) => response.writeHead(status, { location: `http://127.0.0.1:${port}/token` }).end());
      await refresh();
      expect(account()).toMatchObject({
        status: "retrying",
        generation: 1,
        last_error: {
          class: "transient",
          code: `http_${status}`,
          message: `The call to the U-tec cloud was redirected elsewhere (${status}): the network's own sign-in page may have answered; the gateway tries again by itself.`,
        },
      });
      expect(visits).toBe(0);
    } finally {
      elsewhere.close();
    }
  });
});

describe("the wait that a busy cloud asks for is kept, and never more than an hour", () => {
  test.each<[what: string, header: () => string, atLeastMs: number, atMostMs: number]>([
    ["in seconds", () => "120", 2 * MINUTE_MS, 2 * MINUTE_MS],
    ["as a date", () => new Date(Date.now() + 5 * MINUTE_MS).toUTCString(), 4.9 * MINUTE_MS, 5.1 * MINUTE_MS],
    ["a day", () => "86400", 60 * MINUTE_MS, 60 * MINUTE_MS],
    ["a number beyond all numbers", () => "9".repeat(400), 60 * MINUTE_MS, 60 * MINUTE_MS],
    ["the year 9999", () => "Fri, 31 Dec 9999 23:59:59 GMT", 60 * MINUTE_MS, 60 * MINUTE_MS],
    ["a moment that has passed", () => "Thu, 01 Jan 1970 00:00:00 GMT", 0, MINUTE_MS],
    ["a negative number", () => "-30", 0, MINUTE_MS],
    ["words", () => "in a while", 0, MINUTE_MS],
  ])("%s", async (_, header, atLeastMs, atMostMs) => {
    server.queueFault((response) => response.writeHead(429, { "retry-after": header() }).end());
    await refresh();
    const { last_error, reason, next_refresh_at } = account();
    expect(last_error).toMatchObject({ class: "transient", code: "http_429" });
    expect(reason).toBe("rate_limited");
    const wait = (next_refresh_at ?? NaN) - (last_error?.at ?? NaN);
    expect(wait).toBeGreaterThanOrEqual(atLeastMs - 100);
    expect(wait).toBeLessThanOrEqual(atMostMs);
    expect(await house.keeper.getToken(id)).toMatchObject({ generation: 1 });
  });
});

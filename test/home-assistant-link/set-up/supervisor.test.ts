import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { Supervisor } from "../../../src/home-assistant/set-up/supervisor.ts";
import type { LogRecord } from "../../../src/log.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";

const TOKEN = "the-supervisor-s-token";

interface Request {
  readonly line: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

let server: Server;
let supervisor: Supervisor;
/** One that waits so long for an answer. */
let waiting: (timeoutMs: number) => Supervisor;
let requests: Request[];
let log: LogRecord[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  requests = [];
  log = [];
  answer = (request, response) => {
    const data = request.method === "GET" ? { slug: "a1b2c3d4_utec_gateway" } : { uuid: "0f" };
    response.end(JSON.stringify({ result: "ok", data }));
  };
  server = createServer((request, response) => void take(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const secrets = new Secrets();
  const sink = new LogSink({ level: "debug", format: "json", secrets, write: () => {} });
  sink.follow((record) => log.push(record));
  waiting = (timeoutMs) =>
    new Supervisor({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token: TOKEN,
      clock: systemClock,
      log: sink.log,
      secrets,
      retryMs: { first: 5, most: 10 },
      timeoutMs,
    });
  supervisor = waiting(10_000);
});

afterEach(() => {
  supervisor.stop();
  server.closeAllConnections();
  server.close();
});

test("announces the gateway with exactly what the Supervisor accepts, and gets the slug", async () => {
  expect(supervisor.slug).toBeNull();
  await supervisor.start("gateway-1");
  expect(supervisor.slug).toBe("a1b2c3d4_utec_gateway");
  expect(requests).toContainEqual({
    line: "POST /discovery",
    token: `Bearer ${TOKEN}`,
    body: { service: "utec_gateway", config: { gateway_id: "gateway-1" } },
  });
  expect(requests).toContainEqual({ line: "GET /addons/self/info", token: `Bearer ${TOKEN}`, body: null });
  expect(requests).toHaveLength(2);
});

test("announced again: the announcement is withdrawn by its id and made anew, for an equal one is handed on only once", async () => {
  await supervisor.start("gateway-1");
  requests.length = 0;
  await supervisor.announceAgain("gateway-1");
  const body = { service: "utec_gateway", config: { gateway_id: "gateway-1" } };
  expect(requests.map(({ line, body }) => ({ line, body }))).toEqual([
    { line: "DELETE /discovery/0f", body: null },
    { line: "POST /discovery", body },
  ]);
});

test("announced again: one that the Supervisor does not have any more is made all the same", async () => {
  await supervisor.start("gateway-1");
  const usual = answer;
  answer = (request, response) => {
    if (request.method !== "DELETE") return usual(request, response);
    response.writeHead(400).end(JSON.stringify({ result: "error", message: "Discovery message not found" }));
  };
  requests.length = 0;
  await supervisor.announceAgain("gateway-1");
  expect(requests.map(({ line }) => line)).toEqual(["DELETE /discovery/0f", "POST /discovery"]);
});

test.each([
  ["is broken", (response: ServerResponse) => void response.writeHead(500).end("{}")],
  ["does not answer", (response: ServerResponse) => void response.destroy()],
])(
  "announced again: while the Supervisor %s nothing is announced, for an equal one would be dropped",
  async (_, trouble) => {
    await supervisor.start("gateway-1");
    const usual = answer;
    let troubles = 2;
    answer = (request, response) => (troubles-- > 0 ? trouble(response) : usual(request, response));
    requests.length = 0;
    await supervisor.announceAgain("gateway-1");
    const [withdraw, announce] = ["DELETE /discovery/0f", "POST /discovery"];
    expect(requests.map(({ line }) => line)).toEqual([withdraw, withdraw, withdraw, announce]);
  },
);

test("a Supervisor in trouble is asked until it answers, with one warning per question", async () => {
  const usual = answer;
  answer = (request, response) => {
    if (requests.length < 4) {
      response.writeHead(400).end(JSON.stringify({ result: "error", message: "System is not ready" }));
    } else if (requests.length < 6) response.end("<html>");
    else if (requests.length < 8) response.destroy();
    else usual(request, response);
  };
  await supervisor.start("gateway-1");
  expect(supervisor.slug).toBe("a1b2c3d4_utec_gateway");
  expect(log).toHaveLength(2);
  expect(JSON.stringify(log)).toContain("System is not ready");
  expect(JSON.stringify(log)).not.toContain(TOKEN);
});

const refuse =
  (status: number, message: string) =>
  (response: ServerResponse): void =>
    void response.writeHead(status).end(JSON.stringify({ result: "error", message }));

test.each<[string, (response: ServerResponse) => void, string]>([
  ["401", refuse(401, "unauthorized"), "with 401: unauthorized"],
  ["403", refuse(403, "no permission"), "with 403: no permission"],
  ["500 and no words", (response) => void response.writeHead(500).end(), "with 500: no reason given"],
  [
    "a page of HTML",
    (response) => void response.writeHead(200, { "Content-Type": "text/html" }).end("<html>Sign in</html>"),
    "with 200: no reason given",
  ],
  ["an answer that ends in the middle", endInTheMiddle, "aborted"],
  ["nothing, ever", () => {}, "timeout"],
])(
  "a Supervisor that answers with %s is said once per question, and asked on; then all is done",
  async (_, trouble, words) => {
    if (words === "timeout") supervisor = waiting(250);
    const usual = answer;
    answer = (request, response) => (requests.length <= 6 ? trouble(response) : usual(request, response));
    await supervisor.start("gateway-1");
    expect(supervisor.slug).toBe("a1b2c3d4_utec_gateway");
    expect(log.map(({ level, message }) => `${level}: ${message}`).sort()).toEqual([
      "warn: Could not announce the gateway to Home Assistant: trying again.",
      "warn: Could not ask for the add-on's own name: trying again.",
    ]);
    for (const record of log) expect(JSON.stringify(record)).toContain(words);
    expect(JSON.stringify(log)).not.toContain(TOKEN);
  },
);

test("a Supervisor that answers slowly is waited for", async () => {
  const usual = answer;
  answer = (request, response) => void setTimeout(() => usual(request, response), 100);
  await supervisor.start("gateway-1");
  expect(supervisor.slug).toBe("a1b2c3d4_utec_gateway");
  expect(log).toEqual([]);
});

function endInTheMiddle(response: ServerResponse): void {
  response.writeHead(200, { "Content-Length": "500" });
  response.write('{"result": "ok", "da', () => response.destroy());
}

test("an endless answer is cut off", async () => {
  answer = (_request, response) => {
    response.write("x".repeat(2 * 1024 * 1024));
  };
  const starting = supervisor.start("gateway-1");
  await expect.poll(() => requests.length).toBeGreaterThan(2);
  supervisor.stop();
  await starting;
  expect(JSON.stringify(log)).toContain("too large");
});

test("stopping ends it, also in the middle of a call", async () => {
  answer = () => {};
  const starting = supervisor.start("gateway-1");
  await expect.poll(() => requests.length).toBe(2);
  supervisor.stop();
  await starting;
  expect(requests).toHaveLength(2);
  expect(log).toEqual([]);
});

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const token = request.headers.authorization;
  requests.push({ line: `${request.method} ${request.url}`, token, body: body === "" ? null : JSON.parse(body) });
  answer(request, response);
}

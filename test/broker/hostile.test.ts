import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import type { ClientWish } from "../../src/broker/broker-state.ts";
import type { Limits } from "./stage.ts";
import { aStage } from "./stage.ts";
import type { Ask } from "./stage.ts";

interface Hostile {
  readonly path?: string;
  readonly ask?: Ask;
  readonly client?: Partial<ClientWish>;
  readonly account?: Readonly<Record<string, string>>;
  readonly limits?: Limits;
  /** What the cloud does instead of answering. */
  readonly serve?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Whether the cloud was asked at all. */
  readonly asked?: boolean;
  readonly status: number;
  readonly code: string;
}

const MIB = 1024 * 1024;
const refusedPath = (path: string): Hostile => ({ path, status: 400, code: "path_refused" });
const redirect = (location: string): Hostile => ({
  serve: (_request, response) => void response.writeHead(302, { location }).end(),
  asked: true,
  status: 502,
  code: "redirect_refused",
});
const answers = (code: string, serve: Hostile["serve"], status = 502): Hostile => ({
  ...(serve === undefined ? {} : { serve }),
  asked: true,
  status,
  code,
  // Only where the time is what matters: a busy machine is late.
  limits: { requestMs: status === 504 ? 600 : 10_000, answerBytes: MIB },
});

const PATHS: Readonly<Record<string, Hostile>> = {
  "dots that lead out": refusedPath("/proxy/Grid/../login"),
  "dots at the end": refusedPath("/proxy/Grid/a/.."),
  "a single dot": refusedPath("/proxy/Grid/./a"),
  "encoded dots": refusedPath("/proxy/Grid/%2e%2e/login"),
  "half-encoded dots": refusedPath("/proxy/Grid/.%2E/login"),
  "dots that are encoded twice": refusedPath("/proxy/Grid/%252e%252e/login"),
  "dots that are encoded three times": refusedPath("/proxy/Grid/%25252e%25252e/login"),
  "dots with a parameter": refusedPath("/proxy/Grid/..;a=b/login"),
  "full-width dots": refusedPath("/proxy/Grid/%EF%BC%8E%EF%BC%8E/login"),
  "two slashes": refusedPath("/proxy/Grid/a//b"),
  "another host behind two slashes": refusedPath("/proxy/Grid//evil.test/a"),
  "encoded slashes": refusedPath("/proxy/Grid/a%2f..%2flogin"),
  "an encoded slash alone": refusedPath("/proxy/Grid/a%2Fb"),
  "slashes that are encoded twice": refusedPath("/proxy/Grid/a%252fb"),
  "a backslash": refusedPath("/proxy/Grid/..\\login"),
  "an encoded backslash": refusedPath("/proxy/Grid/a%5c..%5clogin"),
  "an at sign": refusedPath("/proxy/Grid/@evil.test/a"),
  "a user's name before a host": refusedPath("/proxy/Grid/user:pass@evil.test"),
  "a whole address": refusedPath("/proxy/Grid/http://evil.test/"),
  "a whole address with one slash": refusedPath("/proxy/Grid/http:/evil.test/"),
  "another scheme": refusedPath("/proxy/Grid/file:/etc/passwd"),
  "an encoded scheme": refusedPath("/proxy/Grid/http%3A/evil.test"),
  "a null byte": refusedPath("/proxy/Grid/a%00b"),
  "an encoded line end": refusedPath("/proxy/Grid/a%0d%0aHost:evil.test"),
  "a percent sign that encodes nothing": refusedPath("/proxy/Grid/a%zz"),
  "bytes that are no text": refusedPath("/proxy/Grid/%ff%fe"),
  "a fragment": refusedPath("/proxy/Grid/a#b"),
  "a path that is too long": refusedPath(`/proxy/Grid/${"a".repeat(9000)}`),
  "an address in place of a path": refusedPath("http://evil.test/proxy/Grid/a"),
  "a backslash in the query": { path: "/proxy/Grid/a?x=\\\\evil.test", status: 400, code: "query_refused" },
  "a parameter that carries the token": {
    path: "/proxy/Grid/a?b=1&apikey=mine",
    account: { token_in: "query:apikey" },
    status: 400,
    code: "query_refused",
  },
  "an account that is not there": { path: "/proxy/Nobody/a", status: 404, code: "account_not_found" },
  "no account": { path: "/proxy", status: 404, code: "account_not_found" },
  "the account's name in a path of its own": { path: "/proxy/..%2fGrid/a", status: 404, code: "account_not_found" },
  "another address of the broker": { path: "/api/accounts", status: 404, code: "not_found" },
  "an API that nobody knows": { account: { api_url: "" }, status: 409, code: "api_unknown" },
};

const CLIENTS: Readonly<Record<string, Hostile>> = {
  "no token": { ask: { token: null }, status: 401, code: "client_unknown" },
  "a token that nobody has": { ask: { token: "utgc_guessed" }, status: 401, code: "client_unknown" },
  "another kind of credentials": {
    ask: { token: null, headers: { authorization: "Basic YTpi" } },
    status: 401,
    code: "client_unknown",
  },
  "another account": { path: "/proxy/Other/a", status: 403, code: "account_not_allowed" },
  "another method": {
    ask: { method: "DELETE" },
    client: { methods: ["GET"] },
    status: 405,
    code: "method_not_allowed",
  },
  TRACE: { ask: { method: "TRACE" }, status: 405, code: "method_not_allowed" },
  OPTIONS: { ask: { method: "OPTIONS" }, status: 405, code: "method_not_allowed" },
  "another path": { client: { path_prefixes: ["/v3"] }, status: 403, code: "path_not_allowed" },
  "a path that begins alike": {
    path: "/proxy/Grid/v30",
    client: { path_prefixes: ["/v3"] },
    status: 403,
    code: "path_not_allowed",
  },
  "the allowed path in other letters": {
    path: "/proxy/Grid/%763/a",
    client: { path_prefixes: ["/v3"] },
    status: 403,
    code: "path_not_allowed",
  },
  "the bare token": { path: "/token/Grid", status: 403, code: "token_not_allowed" },
};

const REQUESTS: Readonly<Record<string, Hostile>> = {
  "another method in a header": {
    ask: { method: "POST", headers: { "x-http-method-override": "DELETE" }, body: "a" },
    status: 400,
    code: "header_refused",
  },
  "another path in a header": { ask: { headers: { "x-original-url": "/admin" } }, status: 400, code: "header_refused" },
  "another path in another header": {
    ask: { headers: { "x-rewrite-url": "/admin" } },
    status: 400,
    code: "header_refused",
  },
  "a body over the limit": {
    ask: { method: "POST", body: Buffer.alloc(10 * MIB + 1) },
    status: 413,
    code: "payload_too_large",
  },
  "a body over the limit in pieces": {
    ask: { method: "POST", body: Buffer.alloc(10 * MIB + 1), headers: { "transfer-encoding": "chunked" } },
    status: 413,
    code: "payload_too_large",
  },
};

const ANSWERS: Readonly<Record<string, Hostile>> = {
  "a redirect to another host": redirect("https://evil.test/"),
  "a redirect to another port": redirect("http://127.0.0.1:1/api/a"),
  "a redirect to the metadata address": redirect("http://169.254.169.254/latest/meta-data/"),
  "a redirect to loopback": redirect("http://localhost/"),
  "a redirect without a scheme": redirect("//evil.test/a"),
  "a redirect out of the API": redirect("/login"),
  "a redirect to encoded dots": redirect("/api/%252e%252e/login"),
  "a redirect to what is no address": redirect("http://"),
  "a redirect with a user's name": {
    ...redirect("/"),
    serve: ({ headers }, response) =>
      void response.writeHead(302, { location: `http://user:pass@${headers.host ?? ""}/api/b` }).end(),
  },
  "a redirect to a file": redirect("file:///etc/passwd"),
  "a redirect to another path than the client's": {
    ...redirect("/api/v4/a"),
    path: "/proxy/Grid/v3/a",
    client: { path_prefixes: ["/v3"] },
  },
  "a redirect for ever": redirect("/api/a"),
  "a redirect of a POST": { ...redirect("/api/b"), ask: { method: "POST", body: "a" } },
  "no answer": answers("cloud_timeout", () => {}, 504),
  "an answer that drips": answers(
    "cloud_timeout",
    (_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(drip));
    },
    504,
  ),
  "an answer that is shorter than it says": answers("cloud_answer_unreadable", (_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("short");
    setTimeout(() => response.destroy(), 20);
  }),
  "an answer that is no HTTP": answers(
    "cloud_answer_unreadable",
    ({ socket }) => void socket.end("SSH-2.0-evil\r\n\r\n"),
  ),
  "a connection that is closed": answers("cloud_answer_unreadable", ({ socket }) => void socket.destroy()),
  "an answer over the limit": answers(
    "answer_too_large",
    (_request, response) => void response.end(Buffer.alloc(MIB + 1)),
  ),
  "an answer that is large when unpacked": answers("answer_too_large", (_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(4 * MIB)));
  }),
  "an encoding that nobody knows": answers("cloud_answer_unreadable", (_request, response) => {
    response.writeHead(200, { "content-encoding": "evil" }).end("a");
  }),
  "an encoding that is none": answers("cloud_answer_unreadable", (_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end("not packed");
  }),
  "headers without an end": answers("cloud_answer_unreadable", ({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    for (let at = 0; at < 40; at += 1) socket.write(`x-${at}: ${"a".repeat(1000)}\r\n`);
  }),
};

describe.each([
  ["a path", PATHS],
  ["a client", CLIENTS],
  ["a request", REQUESTS],
  ["an answer", ANSWERS],
] as const)("%s", (_, cases) => {
  test.for(Object.entries(cases))("%s is refused with its code", async ([, hostile]) => {
    const { path = "/proxy/Grid/a", ask: request = {}, client, account = {}, limits, serve, asked = false } = hostile;
    const { cloud, house, ask, lines } = await aStage({
      account,
      ...(client && { client }),
      ...(limits && { limits }),
    });
    house.keeper.addAccount({
      provider: "login",
      name: "Other",
      url: `${cloud.url}/login`,
      username: "b",
      password: "pass-word",
    });
    if (serve !== undefined) cloud.serve = serve;
    const got = await ask(path, request);
    expect([got.status, got.json?.["code"]]).toEqual([hostile.status, hostile.code]);
    expect(got.headers["content-type"]).toBe("application/problem+json");
    // Nothing was asked, or nothing but the API, with the token that is its own.
    if (!asked) expect(cloud.asked).toEqual([]);
    for (const { url } of cloud.asked) expect(url).toMatch(/^\/api\//);
    // A redirect is followed five times at most.
    expect(cloud.asked.length).toBeLessThanOrEqual(6);
    expect(lines.filter((line) => /"level":"?(error|50)/.test(line))).toEqual([]);
    // It goes on working.
    cloud.serve = (_request, response) => void response.end("well");
    const prefix = client?.path_prefixes?.[0] ?? "";
    if (account["api_url"] === undefined)
      expect(await ask(`/proxy/Grid${prefix}`)).toMatchObject({ status: 200, text: "well" });
  });
});

/** Requests that no HTTP library sends. */
const RAW: Readonly<Record<string, readonly [head: string, answer: RegExp]>> = {
  "a WebSocket": [
    "GET /proxy/Grid/a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: YTpiOmM6ZDplOmY6Zw==\r\n",
    /^HTTP\/1.1 400 .*"code":"upgrade_refused"/s,
  ],
  "a tunnel": ["CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test\r\n", /^HTTP\/1.1 400 .*"code":"upgrade_refused"/s],
  "two lengths": [
    "POST /proxy/Grid/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
    /^HTTP\/1.1 400 /,
  ],
  "a length and pieces": [
    "POST /proxy/Grid/a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n",
    /^HTTP\/1.1 400 /,
  ],
  "a header with a line end in it": ["GET /proxy/Grid/a HTTP/1.1\r\nHost: a\r\nX-A: b\rc\r\n", /^HTTP\/1.1 400 /],
  "no host": ["GET /proxy/Grid/a HTTP/1.1\r\n", /^HTTP\/1.1 400 /],
  "a space in the path": ["GET /proxy/Grid/a b HTTP/1.1\r\nHost: a\r\n", /^HTTP\/1.1 400 /],
};

test.for(Object.entries(RAW))("%s is refused before anything is asked", async ([, [head, expected]]) => {
  const { cloud, port, token } = await aStage();
  const socket = connect(port(), "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.write(`${head}Authorization: Bearer ${token}\r\n\r\n`);
  await expect.poll(() => Buffer.concat(chunks).toString()).toMatch(expected);
  socket.destroy();
  expect(cloud.asked).toEqual([]);
});

test("a host in the request's header changes nothing", async () => {
  const { cloud, ask } = await aStage();
  await ask("/proxy/Grid/a", { headers: { host: "evil.test" } });
  expect(cloud.asked[0]?.headers.host).toBe(new URL(cloud.url).host);
});

test("there are more than 40 of them", () => {
  expect(Object.keys({ ...PATHS, ...CLIENTS, ...REQUESTS, ...ANSWERS, ...RAW }).length).toBeGreaterThan(40);
});

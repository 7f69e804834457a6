import { connect } from "node:net";
import { expect, test } from "vitest";
import { Problem } from "../../src/problem.ts";
import { aStage } from "./stage.ts";

const GETS = [
  "/",
  "/api/config",
  "/api/devices",
  "/api/oauth/authorize-url",
  "/api/status/latest",
  "/api/test",
  "/devices",
  "/health",
  "/logs",
];
const POSTS = [
  "/api/lock",
  "/api/oauth/exchange",
  "/api/oauth/refresh",
  "/api/status/refresh",
  "/api/unlock",
  "/config",
  "/lock",
  "/logs/clear",
  "/oauth/exchange",
  "/oauth/start",
  "/unlock",
];
/** Those that read a body as JSON. */
const READS_JSON = POSTS.filter((path) => !["/api/status/refresh", "/config", "/logs/clear"].includes(path)).concat([
  "/api/config",
  "/api/status",
]);

test.for([
  ...GETS.filter((path) => path !== "/api/config").map((path) => ["POST", path, "GET, HEAD"] as const),
  ...POSTS.map((path) => ["GET", path, "POST"] as const),
  ["OPTIONS", "/api/devices", "GET, HEAD"],
  ["DELETE", "/api/config", "GET, HEAD, POST"],
  ["PUT", "/api/status", "GET, HEAD, POST"],
] as const)("%s %s is no method of it", async ([method, path, allow]) => {
  const { ask } = await aStage();
  const got = await ask(path, { method });
  expect(got).toMatchObject({ status: 405, json: { detail: "Method Not Allowed" } });
  expect(got.headers).toMatchObject({ allow, "content-type": "application/json" });
});

test.for(["/api", "/api/devices/door", "/api/devices/door/lock", "/docs", "/%zz", "/api/lock%00", "//api/lock"])(
  "nothing is at %s",
  async (path) => {
    const { ask } = await aStage();
    for (const method of ["GET", "POST"]) {
      expect(await ask(path, { method })).toMatchObject({ status: 404, json: { detail: "Not Found" } });
    }
  },
);

test.for(GETS)("HEAD %s has the same head and no body", async (path) => {
  const { ask } = await aStage();
  const [head, get] = [await ask(path, { method: "HEAD" }), await ask(path)];
  expect([head.status, head.text]).toEqual([get.status, ""]);
  expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
});

test.for(READS_JSON)("%s takes JSON objects, and nothing else for one", async (path) => {
  const { ask, desk, picture } = await aStage();
  const before = picture.snapshot();
  desk.fault = new Error("It was asked.");
  const json = { "content-type": "application/json" };
  for (const [headers, body] of [
    [json, "{"],
    [json, "[]"],
    [json, '"text"'],
    [json, "null"],
    [json, "\u0000"],
    [{ "content-type": "text/plain" }, '{"id":"door","code":"code"}'],
    [{ "content-type": "application/x-www-form-urlencoded" }, "id=door&code=code"],
    [{ "content-type": "multipart/form-data; boundary=x" }, "--x--"],
    [{ "content-type": "application/octet-stream" }, '{"id":"door"}'],
  ] as const) {
    expect(await ask(path, { method: "POST", headers, body })).toMatchObject({
      status: 422,
      json: { detail: expect.any(String) as string },
    });
  }
  expect(picture.snapshot()).toEqual(before);
});

test("JSON is read with a charset, with a byte order mark, and without a content type", async () => {
  const { ask } = await aStage();
  const body = '{"id": "door"}';
  for (const headers of [{ "content-type": "application/json; charset=utf-8" }, {}]) {
    expect((await ask("/api/status", { method: "POST", headers, body })).status).toBe(200);
  }
  expect((await ask("/api/status", { method: "POST", body: `\u{feff}${body}` })).status).toBe(200);
});

test.for([
  ["application/json", '{"base_url": "https://api.u-tec.com"}'],
  ["text/plain", "base_url=https://api.u-tec.com"],
  ["multipart/form-data", "no boundary"],
  ["multipart/form-data; boundary=x", "--y\r\n"],
  ["", "base_url=x"],
] as const)("/config takes forms and not %j", async ([type, body]) => {
  const { ask } = await aStage();
  const headers = type === "" ? {} : { "content-type": type };
  expect(await ask("/config", { method: "POST", headers, body })).toMatchObject({
    status: 422,
    json: { detail: expect.any(String) as string },
  });
});

test("a body of 10 MB is refused, whether its length is announced or not", async () => {
  const { ask, port } = await aStage();
  const body = Buffer.alloc(10 * 1024 * 1024, "x");
  const got = await ask("/api/lock", { method: "POST", headers: { "content-type": "application/json" }, body });
  expect(got).toMatchObject({ status: 413, json: { detail: "The body is longer than 64 KiB." } });

  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("POST /api/lock HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (let part = 0; part < 160; part += 1) socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`);
  socket.end("0\r\n\r\n");
  const chunks: string[] = [];
  for await (const chunk of socket.setEncoding("latin1")) chunks.push(chunk as string);
  expect(chunks.join("")).toMatch(/^HTTP\/1\.1 413 /);
});

test("a compressed body is refused with its reason", async () => {
  const { ask } = await aStage();
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  expect(await ask("/api/lock", { method: "POST", headers, body: "x" })).toMatchObject({
    status: 415,
    json: { detail: expect.stringMatching(/Content-Encoding/) as string },
  });
});

test("a body that breaks off, a tunnel and an upgrade leave the port as it was", async () => {
  const { ask, port } = await aStage();
  const say = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      let heard = "";
      socket.setEncoding("latin1");
      socket.on("data", (chunk: string) => (heard += chunk));
      socket.on("error", () => {});
      socket.on("close", () => resolve(heard));
      socket.end(text);
    });
  await say("POST /api/lock HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{");
  expect(await say("CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n")).not.toContain("200");
  const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  expect(await say(`GET /health HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
  expect((await ask("/health")).status).toBe(200);
});

test("no answer holds a secret, whatever a sentence says", async () => {
  const { ask, desk, post, secrets } = await aStage();
  secrets.add("canary-of-a-token");
  desk.fault = new Problem("code_refused", "The cloud refused canary-of-a-token.");
  const { text } = await post("/api/oauth/exchange", { code: "code" });
  expect(text).toContain("The cloud refused [secret].");
  for (const path of GETS) expect((await ask(path)).text).not.toContain("canary");
});

test("keys that every object has are keys that nobody knows", async () => {
  const { ask, picture } = await aStage();
  const before = picture.accounts();
  const body = '{"__proto__": "x", "constructor": "x", "toString": {}, "hasOwnProperty": []}';
  const headers = { "content-type": "application/json" };
  expect(await ask("/api/config", { method: "POST", headers, body })).toMatchObject({
    status: 200,
    json: { status: "ok", message: "Configuration updated" },
  });
  expect(picture.accounts()).toEqual(before);
});

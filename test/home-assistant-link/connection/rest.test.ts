import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CoreRest, RestError } from "../../../src/home-assistant/connection/rest.ts";
import type { HomeAssistantTarget } from "../../../src/settings/settings.ts";

const PATH = "/config/config_entries/flow";

let server: Server;
let asked: string[];
let stopped: AbortController;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  stopped = new AbortController();
  answer = (_request, response) => void response.end('{"type":"form"}');
  server = createServer((request, response) => void take(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  ["direct", "", "/api/config/config_entries/flow"],
  ["direct", "/", "/api/config/config_entries/flow"],
  ["direct", "/home/", "/home/api/config/config_entries/flow"],
  ["direct", "/home/api/websocket", "/home/api/config/config_entries/flow"],
  ["supervisor", "", "/core/api/config/config_entries/flow"],
] as const)("%s at …%s asks %s, with the token", async (kind, path, url) => {
  expect(await rest(kind, path).send("POST", PATH, { handler: "utec_gateway" })).toEqual({
    status: 200,
    body: { type: "form" },
  });
  expect(asked).toEqual([`POST ${url} Bearer secret application/json {"handler":"utec_gateway"}`]);
});

test("a deletion has no body", async () => {
  await rest().send("DELETE", PATH);
  expect(asked).toEqual(["DELETE /api/config/config_entries/flow Bearer secret  "]);
});

test("an answer that is no JSON has a status alone, and a redirect is not followed", async () => {
  answer = (_request, response) => void response.writeHead(302, { Location: "/elsewhere" }).end("<p>Moved</p>");
  expect(await rest().send("POST", PATH, {})).toEqual({ status: 302, body: undefined });
  expect(asked).toHaveLength(1);
});

test("no answer, one that breaks off, and one that is too large are told apart from what was answered", async () => {
  answer = () => {};
  await expect(rest().send("POST", PATH, {})).rejects.toThrow(/no answer within 0.2 s/);
  answer = (_request, response) => void response.socket?.destroy();
  await expect(rest().send("POST", PATH, {})).rejects.toBeInstanceOf(RestError);
  answer = (_request, response) => void response.end(Buffer.alloc(2 * 1024 * 1024, " "));
  await expect(rest().send("POST", PATH, {})).rejects.toThrow(/too large/);
  answer = () => stopped.abort();
  await expect(rest().send("POST", PATH, {})).rejects.toBeInstanceOf(RestError);
});

test("an address that cannot be one is told so, and nothing is sent", async () => {
  const target: HomeAssistantTarget = { kind: "direct", url: "no address", token: "secret" };
  const { signal } = stopped;
  await expect(new CoreRest({ target, signal }).send("POST", PATH, {})).rejects.toBeInstanceOf(RestError);
  expect(asked).toEqual([]);
});

function rest(kind: HomeAssistantTarget["kind"] = "direct", path = ""): CoreRest {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  return new CoreRest({ target: { kind, url, token: "secret" }, timeoutMs: 200, signal: stopped.signal });
}

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = request;
  const body = await text(request);
  asked.push(`${method} ${url} ${headers.authorization} ${headers["content-type"] ?? ""} ${body}`);
  answer(request, response);
}

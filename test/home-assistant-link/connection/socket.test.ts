import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import type { CoreSocket, DialError } from "../../../src/home-assistant/connection/socket.ts";
import { openSocket, webSocketUrl } from "../../../src/home-assistant/connection/socket.ts";
import { FakeHomeAssistant } from "../fake-home-assistant.ts";
import type { HomeAssistantTarget } from "../../../src/settings/settings.ts";

let home: FakeHomeAssistant;
let stop: AbortController;
let raw: Server | undefined;

beforeEach(async () => {
  stop = new AbortController();
  home = new FakeHomeAssistant();
  await home.start();
});

afterEach(async () => {
  await home.stop();
  raw?.close();
  raw = undefined;
});

test.each([
  ["direct", "http://home.local:8123", "ws://home.local:8123/api/websocket"],
  ["direct", "https://home.example.org/", "wss://home.example.org/api/websocket"],
  ["direct", "https://example.org/ha/", "wss://example.org/ha/api/websocket"],
  ["direct", "HTTP://home.local:8123/api/websocket", "ws://home.local:8123/api/websocket"],
  ["supervisor", "http://supervisor", "ws://supervisor/core/websocket"],
  ["supervisor", "ws://supervisor/core/websocket", "ws://supervisor/core/websocket"],
] as const)("%s %s is dialled at %s", (kind, url, address) => {
  expect(webSocketUrl({ kind, url, token: "x" })).toBe(address);
});

test.each(["home.local:8123", "ftp://home.local", "http://", ""])(
  "%j is not an address, and the error says so",
  async (url) => {
    expect(await failure({ kind: "direct", url, token: "x" })).toMatchObject({
      reason: "unreachable",
      message: expect.stringContaining("URL"),
    });
  },
);

test("signs in and learns the version of Home Assistant", async () => {
  const socket = await open(target());
  expect(socket.haVersion).toBe("2026.11.0");
  await home.untilReceived("supported_features");
  socket.close();
  await home.until(() => home.connected === 0);
});

test("502 is a Home Assistant that is starting", async () => {
  home.upgradeStatus = 502;
  expect(await failure(target())).toMatchObject({ reason: "core_starting" });
});

test("403 is a banned address: asking on would not help", async () => {
  home.upgradeStatus = 403;
  expect(await failure(target())).toMatchObject({ reason: "token_refused", message: expect.stringContaining("403") });
});

test.each([404, 500, 302])("%i is something else, or a proxy in trouble", async (status) => {
  home.upgradeStatus = status;
  expect(await failure(target())).toMatchObject({
    reason: "unreachable",
    message: expect.stringContaining(`${status}`),
  });
});

test("a refused token is reported in Home Assistant's words", async () => {
  expect(await failure({ ...target(), token: "wrong-and-long-enough" })).toMatchObject({
    reason: "token_refused",
    message: "Invalid access token or password",
  });
});

test("nobody listens there", async () => {
  const address = target();
  await home.stop();
  expect(await failure(address)).toMatchObject({
    reason: "unreachable",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

test("silence after the upgrade ends with the time-out", async () => {
  home.handshake = "silent";
  expect(await failure(target(), 50)).toMatchObject({
    reason: "unreachable",
    message: expect.stringContaining("0.05 s"),
  });
});

test("silence before the upgrade ends with the time-out", async () => {
  expect(await failure(await rawServer(() => {}), 50)).toMatchObject({ message: expect.stringContaining("0.05 s") });
});

test("what is not a web server at all is unreachable", async () => {
  const answer = await failure(await rawServer((socket) => socket.end("SSH-2.0-OpenSSH_10\r\n")));
  expect(answer).toMatchObject({ reason: "unreachable" });
});

test("stopping ends an attempt at once", async () => {
  home.handshake = "silent";
  const attempt = failure(target(), 60_000);
  await home.until(() => home.dials === 1);
  stop.abort();
  expect(await attempt).toMatchObject({ reason: "unreachable" });
  expect(await failure(target())).toMatchObject({ reason: "unreachable" });
});

function target(): HomeAssistantTarget {
  return { kind: "direct", url: home.url, token: home.token };
}

function open(address: HomeAssistantTarget, timeoutMs = 5_000): Promise<CoreSocket> {
  return openSocket(address, { clock: systemClock, timeoutMs, signal: stop.signal, onBroken: () => {} });
}

async function failure(address: HomeAssistantTarget, timeoutMs?: number): Promise<DialError> {
  return open(address, timeoutMs).then(
    () => {
      throw new Error("it opened");
    },
    (error: DialError) => error,
  );
}

async function rawServer(onSocket: (socket: Socket) => void): Promise<HomeAssistantTarget> {
  raw = createServer(onSocket).listen(0, "127.0.0.1");
  await once(raw, "listening");
  return { kind: "direct", url: `http://127.0.0.1:${(raw.address() as AddressInfo).port}`, token: "x" };
}

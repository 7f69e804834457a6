import { ERR_INVALID_AUTH } from "home-assistant-js-websocket";
import { beforeEach, expect, test } from "vitest";
import { Dialler, usualWaits } from "../../src/home-assistant/connection/dialler.ts";
import type { CoreSocket, DialFailureReason } from "../../src/home-assistant/connection/socket.ts";
import { DialError } from "../../src/home-assistant/connection/socket.ts";
import { ManualClock } from "../clock.ts";

let clock: ManualClock;
let stop: AbortController;
/** When each attempt was made, in seconds. */
let attempts: number[];

beforeEach(() => {
  clock = new ManualClock();
  stop = new AbortController();
  attempts = [];
});

test("while Home Assistant starts it is asked every 2 s, however long that takes", async () => {
  void dial("direct", "core_starting");
  await pass(20);
  expect(attempts).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
});

test("a host that does not answer is asked after 1, 2, 3, 4 and then every 5 s", async () => {
  void dial("direct", "unreachable");
  await pass(26);
  expect(attempts).toEqual([0, 1, 3, 6, 10, 15, 20, 25]);
});

test("a refused token is offered again after 5 min, for each time people get a notification", async () => {
  void dial("direct", "token_refused");
  await pass(601);
  expect(attempts).toEqual([0, 300, 600]);
});

test("the Supervisor's token is offered again after 5 s", async () => {
  void dial("supervisor", "token_refused");
  await pass(11);
  expect(attempts).toEqual([0, 5, 10]);
});

test("two attempts are a second apart even when the first one went well", async () => {
  const dialler = aDialler("supervisor", () => Promise.resolve(A_SOCKET));
  expect(await dialler.dial()).toBe(A_SOCKET);
  clock.advance(300);
  const second = dialler.dial();
  await pass(2);
  expect(await second).toBe(A_SOCKET);
  expect(attempts).toEqual([0, 1]);
});

test("stopping ends the waiting with the one rejection that ends the library's reconnecting, and leaves no timer", async () => {
  const dialling = dial("direct", "unreachable");
  await pass(2);
  stop.abort();
  await expect(dialling).rejects.toBe(ERR_INVALID_AUTH);
  expect(clock.armed).toBe(0);
});

test("an unexpected error is a host that does not answer, not the end", async () => {
  const failures: DialError[] = [];
  const dialler = aDialler(
    "direct",
    () => (failures.length === 0 ? Promise.reject(new TypeError("odd")) : Promise.resolve(A_SOCKET)),
    (failure) => failures.push(failure),
  );
  const dialling = dialler.dial();
  await pass(2);
  expect(await dialling).toBe(A_SOCKET);
  expect(failures).toMatchObject([{ reason: "unreachable", cause: expect.any(TypeError) }]);
});

/** The dialler hands sockets on and never looks into them. */
const A_SOCKET = Object.freeze({}) as CoreSocket;

function dial(kind: "supervisor" | "direct", reason: DialFailureReason): Promise<CoreSocket> {
  return aDialler(kind, () => Promise.reject(new DialError(reason, "no"))).dial();
}

function aDialler(
  kind: "supervisor" | "direct",
  open: () => Promise<CoreSocket>,
  onFailure: (failure: DialError) => void = () => {},
): Dialler {
  return new Dialler({
    open: () => {
      attempts.push(Math.round(clock.monotonic() / 1000));
      return open();
    },
    clock,
    waits: usualWaits(kind),
    onFailure,
    signal: stop.signal,
  });
}

async function pass(seconds: number): Promise<void> {
  await new Promise(setImmediate);
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1_000);
    await new Promise(setImmediate);
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LINK_COMMANDS } from "../../../src/home-assistant/commands/link-commands.ts";
import { parseEvent, parseHelloResult, parseOfferResult } from "../../../src/home-assistant/messages/events.ts";
import type {
  OfferMessage,
  PublishedPicture,
  ResultError,
  SnapshotMessage,
  UpdateMessage,
} from "../../../src/home-assistant/messages/messages.ts";
import * as messages from "../../../src/home-assistant/messages/messages.ts";
import { DEVICE_COMMANDS } from "../../../src/state/device-commands.ts";
import { COMMAND_NAMES } from "../../../src/state/picture.ts";
import { anEntry } from "../../activity/house.ts";
import { aDevice, aGateway, anAccount } from "../../state/models.ts";

const SESSION = "9a6f1f2e4d7c4b0aa1c5f0d3b2e19876";
const GATEWAY = "5f0c5d0e-6c1b-4b56-9d0e-0f9f6a3d7c11";

test("hello, listen, alive and goodbye are the contract's", () => {
  expect(messages.hello(GATEWAY, "0.1.0", "a1b2c3d4_utec_gateway")).toEqual(fixture("hello"));
  expect(messages.hello(GATEWAY, "0.1.0", "http://192.0.2.7:8099/")).toEqual(fixture("hello-standalone"));
  expect(messages.listen(GATEWAY)).toEqual(fixture("listen"));
  expect(messages.alive(SESSION)).toEqual(fixture("alive"));
  expect(messages.goodbye(SESSION, "restarting", 30)).toEqual(fixture("goodbye"));
});

test("an offer is the contract's, and its answers are understood", () => {
  for (const message of fixtures("offer") as unknown as OfferMessage[]) {
    const { gateway_id, version, page, accounts, devices } = message;
    expect(messages.offer(gateway_id, version, page, { accounts, devices })).toEqual(message);
  }
  expect(fixtures("offer-result").map(parseOfferResult)).toEqual(fixtures("offer-result"));
});

test.each([null, 7, {}, { verdict: "later" }])("an answer to an offer that is not understood is none: %j", (raw) => {
  expect(parseOfferResult(raw)).toBeNull();
});

test("an answer to an offer without its names is taken", () => {
  expect(parseOfferResult({ verdict: "other", missing: [7] })).toEqual({
    verdict: "other",
    connected: false,
    missing: [],
  });
});

test("a result is the contract's, and leaves the name id to the WebSocket API", () => {
  expect(messages.result(SESSION, "c-1")).toEqual(fixture("result-ok"));
  const error = {
    code: "device_offline",
    message: "Front door is offline: check its Wi-Fi and its batteries.",
    retryable: true,
  };
  expect(messages.result(SESSION, "c-1", { error })).toEqual(fixture("result-error"));
  for (const name of ["result-in-passage-mode", "result-no-sign-in-link"]) {
    const refused = fixture(name);
    const end = { error: refused["error"] as ResultError };
    expect(messages.result(SESSION, String(refused["command_id"]), end)).toEqual(refused);
  }
  expect(messages.result(SESSION, "c-1")).not.toHaveProperty("id");
});

test.each(["sign-in-link", "token-history", "activity", "look-for-devices"])(
  "what %s is answered with is the contract's data",
  (name) => {
    for (const message of fixtures(`result-${name}-data`)) {
      const end = { data: message["data"] as object };
      expect(messages.result(SESSION, String(message["command_id"]), end)).toEqual(message);
    }
  },
);

test("the contract's picture is cut into the contract's parts", () => {
  const parts = fixtures("snapshot") as unknown as SnapshotMessage[];
  const [first] = parts;
  if (!first) throw new Error("no fixture");
  const picture: PublishedPicture = {
    gateway: first.gateway,
    accounts: parts.flatMap((part) => part.accounts),
    devices: parts.flatMap((part) => part.devices),
  };
  const bytes = messages.weigh(first) + 300;
  expect(messages.snapshot(SESSION, "snapshot-1", 0, picture, bytes)).toEqual(parts);
});

test.each(["updates", "updates-commands", "update-activity", "states"])("%s are the contract's", (file) => {
  for (const message of fixtures(file) as unknown as UpdateMessage[]) {
    const { set, removed } = message;
    expect(messages.update(SESSION, message.seq, { set, removed })).toEqual(message);
  }
});

test("the devices of the contract's snapshot have every field of a device, and those of its updates no other", () => {
  const fields = Object.keys(aDevice()).toSorted();
  const parts = fixtures("snapshot") as unknown as SnapshotMessage[];
  const updates = [...fixtures("updates"), ...fixtures("states")] as unknown as UpdateMessage[];
  const shown = parts.flatMap((part) => part.devices);
  // A gateway that does not know a value yet leaves it out.
  const changed = updates.flatMap(({ set }) => set.devices ?? []);
  expect(shown.length + changed.length).toBeGreaterThan(15);
  for (const device of shown) expect(Object.keys(device).toSorted()).toEqual(fields);
  for (const device of changed) expect(Object.keys(device).filter((field) => !fields.includes(field))).toEqual([]);
});

test("a thousand doors travel in parts of at most 256 KiB, each door once, with the gateway in every part", () => {
  const devices = Array.from({ length: 1000 }, (_, index) => aDevice({ id: `door-${index}`, name: "Tür ".repeat(40) }));
  const picture = { gateway: aGateway(), accounts: [anAccount()], devices };
  const parts = messages.snapshot(SESSION, "s", 0, picture);
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) {
    expect(messages.weigh({ ...part, id: 123_456_789 })).toBeLessThanOrEqual(256 * 1024);
    expect(part.gateway).toEqual(picture.gateway);
    expect(part.parts).toBe(parts.length);
  }
  expect(parts.map((part) => part.part)).toEqual(parts.map((_, index) => index + 1));
  expect(parts.flatMap((part) => part.devices)).toEqual(devices);
  expect(parts.flatMap((part) => part.accounts)).toEqual(picture.accounts);
});

test("an empty picture is one part", () => {
  const picture = { gateway: aGateway(), accounts: [], devices: [] };
  expect(messages.snapshot(SESSION, "s", 0, picture)).toMatchObject([{ part: 1, parts: 1, seq: 0 }]);
});

test("an object heavier than a part travels alone", () => {
  const devices = [aDevice({ id: "a" }), aDevice({ id: "b", name: "x".repeat(5_000) }), aDevice({ id: "c" })];
  const parts = messages.snapshot(SESSION, "s", 0, { gateway: aGateway(), accounts: [], devices }, 3_000);
  expect(parts.map((part) => part.devices.map((device) => device.id))).toEqual([["a"], ["b"], ["c"]]);
});

test("the contract's events are understood", () => {
  expect(parseEvent(fixture("session"))).toEqual({ type: "session", session: SESSION });
  expect(parseEvent(fixture("resync"))).toEqual({ type: "resync" });
  expect(fixtures("goodbye-events").map(parseEvent)).toEqual([
    { type: "goodbye", reason: "unloaded" },
    { type: "goodbye", reason: "replaced" },
    { type: "goodbye", reason: "silent" },
  ]);
  expect(parseEvent(fixture("command-lock"))).toEqual({
    type: "command",
    command: {
      id: "c-2",
      name: "lock",
      target: { device_id: "AA:BB:CC:00:00:01", account_id: null },
      args: {},
      timeout_ms: 90_000,
      context: { user: null, user_id: null, automation: "Lock up at night" },
    },
  });
  expect(parseEvent(fixture("command-unlock"))).toMatchObject({
    command: { name: "unlock", context: { user: "Ada", user_id: expect.any(String), automation: null } },
  });
  expect(parseEvent(fixture("command-refresh"))).toMatchObject({
    command: { name: "refresh", target: { account_id: "0d4f2c9a-31c7-4a4e-8f0a-5f6a7b8c9d01" }, timeout_ms: 40_000 },
  });
  expect(parseHelloResult(fixture("hello-result"))).toEqual({
    protocol: 1,
    integration_version: "0.1.0",
    generations: new Map([
      ["0d4f2c9a-31c7-4a4e-8f0a-5f6a7b8c9d01", { generation: 3, last_success_at: 1_795_168_800_000 }],
    ]),
  });
});

test.each(COMMAND_NAMES)("the contract has the command %s, which is understood with its argument", (name) => {
  const { argument } = DEVICE_COMMANDS[name];
  const event = parseEvent(fixture(`command-${name.replaceAll("_", "-")}`));
  const args = argument === null ? {} : { [argument]: expect.anything() };
  expect(event).toMatchObject({ type: "command", command: { name, args } });
});

test("what the contract tells of the activity log are whole entries of it, and no picture has any", () => {
  const [update] = fixtures("update-activity") as unknown as UpdateMessage[];
  const entries = update?.set.activity ?? [];
  expect(entries.map(({ kind }) => kind)).toEqual([
    "state_changed",
    "command_ended",
    "state_changed",
    "device_unavailable",
  ]);
  for (const entry of entries) expect(Object.keys(entry)).toEqual(["id", "event", ...Object.keys(anEntry())]);
});

test.each([...LINK_COMMANDS.keys()])("the contract has the command %s, which is the link's alone", (name) => {
  const event = parseEvent(fixture(`command-${name.replaceAll("_", "-")}`));
  expect(event).toMatchObject({ type: "command", command: { name } });
});

test.each([null, [], "mode", 7])("arguments that are not an object count as none: %j", (args) => {
  expect(parseEvent({ type: "command", id: "c-9", args })).toMatchObject({ command: { args: {} } });
});

test.each([null, 7, "session", [], {}, { type: 3 }, { type: "webhook", body: "x" }, { type: "session" }])(
  "an event that nobody knows is named and no error: %j",
  (raw) => {
    expect(parseEvent(raw)).toMatchObject({ type: "unknown", what: expect.stringMatching(/^an? /) });
  },
);

test("a command may lack anything but its id", () => {
  expect(parseEvent({ type: "command", id: "c-9" })).toEqual({
    type: "command",
    command: {
      id: "c-9",
      name: "",
      target: { device_id: null, account_id: null },
      args: {},
      timeout_ms: 60_000,
      context: { user: null, user_id: null, automation: null },
    },
  });
  expect(parseEvent({ type: "command", name: "lock" })).toMatchObject({ type: "unknown" });
  expect(parseHelloResult(null)).toEqual({ protocol: 1, integration_version: null, generations: new Map() });
});

test("an integration that remembers no generations, or not when, is understood", () => {
  expect(parseHelloResult({ protocol: 1, integration_version: "0.1.0" }).generations).toEqual(new Map());
  expect(parseHelloResult({ generations: { home: 3 } }).generations).toEqual(
    new Map([["home", { generation: 3, last_success_at: null }]]),
  );
});

test.each([null, "3", true, -1, 0, 2.5, NaN, Infinity, 1e9 + 1, 2 ** 60, {}, [3]])(
  "a generation that is no number of a token is none: %j",
  (bad) => {
    const { generations } = parseHelloResult({ generations: { home: bad, cabin: 7 }, last_success_at: { cabin: 8 } });
    expect(generations).toEqual(new Map([["cabin", { generation: 7, last_success_at: 8 }]]));
  },
);

test.each([null, "soon", true, -1, 0, 2.5, NaN, {}])("what is not a time is not known: %j", (bad) => {
  const { generations } = parseHelloResult({ generations: { home: 3 }, last_success_at: { home: bad } });
  expect(generations.get("home")).toEqual({ generation: 3, last_success_at: null });
});

test.each([null, 3, "home", [3]])("generations that are not an object count as none: %j", (bad) => {
  expect(parseHelloResult({ generations: bad, last_success_at: bad }).generations).toEqual(new Map());
});

function fixtures(name: string): Record<string, unknown>[] {
  const file = join(import.meta.dirname, "..", "..", "contract", `${name}.json`);
  const content = JSON.parse(readFileSync(file, "utf8")) as Fixture | Fixture[];
  return [content].flat().map(({ message }) => message);
}

function fixture(name: string): Record<string, unknown> {
  return fixtures(name)[0] ?? {};
}

interface Fixture {
  readonly message: Record<string, unknown>;
}

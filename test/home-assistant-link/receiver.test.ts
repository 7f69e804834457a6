import { beforeEach, expect, test } from "vitest";
import type { LinkCommand } from "../../src/home-assistant/messages/events.ts";
import type { ResultError } from "../../src/home-assistant/messages/messages.ts";
import { Receiver } from "../../src/home-assistant/receiver.ts";
import type { LogRecord } from "../../src/log.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { Problem } from "../../src/problem.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import type { CommandState } from "../../src/state/picture.ts";
import type { CommandApi, CommandRequest } from "../../src/utec/commands/command-api.ts";
import { ManualClock } from "../clock.ts";
import { MemoryDesk } from "../http/api/desk.ts";
import { linkDesks } from "./commands/link-desks.ts";
import { aCommand, aGateway, anAccount } from "../state/models.ts";

interface Answer {
  readonly id: string;
  readonly error: ResultError | undefined;
  readonly data?: object;
}

let clock: ManualClock;
let answers: Answer[];
let asked: CommandRequest[];
let refreshed: string[];
let polled: string[];
let log: LogRecord[];

beforeEach(() => {
  clock = new ManualClock();
  answers = [];
  asked = [];
  refreshed = [];
  polled = [];
  log = [];
});

test("confirmed is the only outcome that counts as a success", async () => {
  await take(aReceiver({ ended: aCommand({ outcome: "confirmed" }) }), "lock");
  expect(answers).toEqual([{ id: "c-1", error: undefined }]);
});

test.each([
  ["refused", "command_refused", false],
  ["offline", "device_offline", true],
  ["superseded", "command_superseded", false],
  ["unconfirmed", "command_unconfirmed", true],
] as const)("a command that ends %s is answered %s", async (outcome, code, retryable) => {
  const error = { code: "whatever", message: "The bolt did not move." };
  await take(aReceiver({ ended: aCommand({ outcome, error }) }), "unlock");
  expect(answers).toEqual([{ id: "c-1", error: { code, message: "The bolt did not move.", retryable } }]);
});

test("who asked is passed on: the automation, even one that a person triggered, else the user, else nobody", async () => {
  const receiver = aReceiver({ ended: aCommand() });
  await take(receiver, "lock", { id: "1", context: { user: "Ada", user_id: "ada-1", automation: "Night" } });
  await take(receiver, "lock", { id: "2", context: { user: null, user_id: null, automation: "Night" } });
  await take(receiver, "lock", { id: "3", context: { user: "Ada", user_id: "ada-1", automation: null } });
  await take(receiver, "lock", { id: "4", context: { user: null, user_id: null, automation: null } });
  expect(asked.map(({ origin }) => origin)).toEqual([
    { kind: "home_assistant", name: "Night", automation: true, user_id: "ada-1" },
    { kind: "home_assistant", name: "Night", automation: true },
    { kind: "home_assistant", name: "Ada", automation: false, user_id: "ada-1" },
    { kind: "home_assistant", name: null, automation: false },
  ]);
});

test("arguments, id and the time that Home Assistant waits are passed on, less half a second for the answer", async () => {
  const receiver = aReceiver({ ended: aCommand() });
  await take(receiver, "set_level", { id: "c-5", args: { level: 40 }, timeout_ms: 30_000 });
  expect(asked).toMatchObject([
    { id: "c-5", device_id: "door", name: "set_level", args: { level: 40 }, deadline_at: clock.now() + 29_500 },
  ]);
});

test.each([
  ["refused", "lock_in_passage_mode", false],
  ["refused", "sign_in_needed", false],
  ["unconfirmed", "command_unconfirmed", true],
] as const)("a command that ended %s with %s is answered with that code", async (outcome, code, retryable) => {
  const error = { code, message: "It is in passage mode." };
  await take(aReceiver({ ended: aCommand({ outcome, error }) }), "lock");
  expect(answers).toEqual([{ id: "c-1", error: { code, message: "It is in passage mode.", retryable } }]);
});

test("refresh goes to the account", async () => {
  await take(aReceiver({}), "refresh", { target: { device_id: null, account_id: "home" } });
  expect(refreshed).toEqual(["home"]);
  expect(answers).toEqual([{ id: "c-1", error: undefined }]);
});

test("a Problem is answered with its code, its message and whether to try again", async () => {
  const problem = new Problem("sign_in_needed", "Sign in to Home again.");
  await take(aReceiver({ submit: problem }), "lock");
  expect(answers).toEqual([
    { id: "c-1", error: { code: "sign_in_needed", message: "Sign in to Home again.", retryable: false } },
  ]);
});

test("anything else is internal: the log has it, the answer does not", async () => {
  await take(aReceiver({ submit: new TypeError("token abc is undefined") }), "lock");
  expect(answers).toMatchObject([{ error: { code: "internal", retryable: false } }]);
  expect(JSON.stringify(answers)).not.toContain("abc");
  expect(log.filter((record) => record.level === "error")).toHaveLength(1);
});

test("a poll is answered when the cloud has been asked, and says why it could not be", async () => {
  const target = { device_id: null, account_id: "home" };
  await take(aReceiver({}), "poll", { id: "1", target });
  const submit = new Problem("cloud_unreachable", "The cloud does not answer.", { retryable: true });
  await take(aReceiver({ submit }), "poll", { id: "2", target });
  expect(polled).toEqual(["home", "home"]);
  expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
    ["1", undefined],
    ["2", "cloud_unreachable"],
  ]);
});

test("an unknown name is unsupported, a missing target is a bad request, and neither is submitted", async () => {
  const receiver = aReceiver({ ended: aCommand() });
  await take(receiver, "open_sesame", { id: "1" });
  await take(receiver, "lock", { id: "2", target: { device_id: null, account_id: "home" } });
  await take(receiver, "refresh", { id: "3", target: { device_id: "door", account_id: null } });
  expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
    ["1", "command_unsupported"],
    ["2", "bad_request"],
    ["3", "bad_request"],
  ]);
  expect(asked).toEqual([]);
  expect(refreshed).toEqual([]);
});

test("the same id twice is carried out and answered once", async () => {
  const receiver = aReceiver({ ended: aCommand() });
  await take(receiver, "unlock");
  await take(receiver, "unlock");
  expect(asked).toHaveLength(1);
  expect(answers).toHaveLength(1);
});

test("a result that comes after Home Assistant stopped waiting is still sent, and logged as late", async () => {
  const end = Promise.withResolvers<CommandState>();
  const receiver = aReceiver({ ended: end.promise });
  await take(receiver, "lock", { timeout_ms: 60_000 });
  clock.advance(60_001);
  expect(answers).toEqual([]);
  end.resolve(aCommand());
  await new Promise(setImmediate);
  expect(answers).toEqual([{ id: "c-1", error: undefined }]);
  expect(log.at(-1)?.message).toContain("stopped waiting");
});

test("doors do not wait for each other, and an endless stream of commands ends in rate_limited", async () => {
  const receiver = aReceiver({ ended: new Promise<CommandState>(() => {}) });
  for (let id = 1; id <= 300; id += 1) await take(receiver, "lock", { id: `c-${id}` });
  expect(asked).toHaveLength(200);
  expect(answers).toHaveLength(100);
  expect(answers[0]).toMatchObject({ id: "c-201", error: { code: "rate_limited", retryable: true } });
});

test("what a command asks for is the data of its answer, and one that answers nothing has none", async () => {
  const receiver = aReceiver({});
  const target = { device_id: null, account_id: "home" };
  await take(receiver, "look_for_devices", { id: "1", target });
  await take(receiver, "set_automatic_refresh", { id: "2", target, args: { on: false } });
  await take(receiver, "token_history", { id: "3", target, args: { limit: "all" } });
  await take(receiver, "constructor", { id: "4", target });
  const message = '"limit" must be a whole number from 1 to 500.';
  expect(answers).toEqual([
    { id: "1", data: { devices: 0 }, error: undefined },
    { id: "2", error: undefined },
    { id: "3", error: { code: "bad_request", message, retryable: false } },
    { id: "4", error: expect.objectContaining({ code: "command_unsupported" }) },
  ]);
});

interface Script {
  readonly submit?: Error;
  readonly ended?: CommandState | Promise<CommandState>;
}

function aReceiver({ submit, ended }: Script): Receiver {
  const commands: Pick<CommandApi, "submit" | "ended"> = {
    submit: async (request) => {
      asked.push(request);
      if (submit) throw submit;
      return aCommand({ ended_at: null, outcome: null });
    },
    ended: async () => (await ended) ?? aCommand(),
  };
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount({ id: "home" })] });
  const sink = new LogSink({ level: "debug", format: "json", secrets: new Secrets(), write: () => {} });
  sink.follow((record) => log.push(record));
  return new Receiver({
    commands,
    ...linkDesks(picture, {
      accounts: Object.assign(new MemoryDesk(picture), {
        refreshNow: async (account_id: string) => {
          refreshed.push(account_id);
          return anAccount({ id: account_id });
        },
      }),
      devices: {
        listNow: () => Promise.resolve(),
        askNow: async (account_id: string) => {
          polled.push(account_id);
          if (submit) throw submit;
        },
      },
    }),
    clock,
    log: sink.log,
    answer: (id, { error, data }) => answers.push({ id, error, ...(data ? { data } : {}) }),
  });
}

async function take(receiver: Receiver, name: string, part: Partial<LinkCommand> = {}): Promise<void> {
  receiver.take({
    id: "c-1",
    name,
    target: { device_id: "door", account_id: null },
    args: {},
    timeout_ms: 60_000,
    context: { user: null, user_id: null, automation: null },
    ...part,
  });
  await new Promise(setImmediate);
}

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { LinkTiming } from "../../src/home-assistant/link.ts";
import { Link } from "../../src/home-assistant/link.ts";
import type { LogRecord } from "../../src/log.ts";
import { LogSink, Secrets } from "../../src/log.ts";
import { Problem } from "../../src/problem.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import type { LinkStatus } from "../../src/state/picture.ts";
import type { CommandDoor } from "../../src/utec/command-door.ts";
import { aCommand, aDevice, aGateway, anAccount } from "../state/models.ts";
import { FakeHomeAssistant } from "./fake-home-assistant.ts";

/** The link's own times, hundreds of times as fast; only the call's time-out leaves a busy machine some room. */
const FAST: LinkTiming = {
  paceMs: 10,
  coreStartingMs: 20,
  unreachableStepMs: 10,
  unreachableMostMs: 50,
  tokenRefusedMs: 60,
  handshakeMs: 100,
  callTimeoutMs: 2_000,
  pingEveryMs: 60,
  aliveEveryMs: 40,
  startingMs: 20,
  recheckMs: 60_000,
  refusedMs: 60_000,
  goodbyeMs: 50,
};

const GATEWAY_ID = aGateway().id;

let home: FakeHomeAssistant;
let picture: LivePicture;
let link: Link;
let log: LogRecord[];
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeEach(async () => {
  process.on("unhandledRejection", onUnhandled);
  home = new FakeHomeAssistant();
  await home.start();
  picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount()], devices: [aDevice()] });
  log = [];
});

afterEach(async () => {
  await link.stop("stopping", 0);
  await home.stop();
  await new Promise(setImmediate);
  process.off("unhandledRejection", onUnhandled);
  expect(unhandled.splice(0)).toEqual([]);
});

describe("linking", () => {
  test("hello, listen, snapshot, and the picture says linked", async () => {
    start();
    await untilStatus("linked");
    const [snapshot] = await home.untilReceived("utec_gateway/snapshot");
    const order = home.received.map((message) => message.type).filter((type) => type.startsWith("utec_gateway/"));
    expect(order).toEqual(["utec_gateway/hello", "utec_gateway/listen", "utec_gateway/snapshot"]);
    expect(snapshot).toMatchObject({
      session: "session-1",
      part: 1,
      parts: 1,
      seq: 0,
      gateway: { id: GATEWAY_ID, link: { status: "linked" } },
      accounts: [{ id: "home" }],
      devices: [{ id: "door" }],
    });
    expect(picture.gateway.link).toMatchObject({
      status: "linked",
      home_assistant_version: "2026.11.0",
      integration_version: "0.1.0",
    });
  });

  test("a change of the picture follows as an update, the link's own news do not", async () => {
    start();
    await home.untilReceived("utec_gateway/snapshot");
    picture.update({ devices: [aDevice({ lock_state: "unlocked" })] });
    const [update] = await home.untilReceived("utec_gateway/update");
    expect(update).toMatchObject({ session: "session-1", seq: 1, set: { devices: [{ lock_state: "unlocked" }] } });
    await home.untilReceived("utec_gateway/alive", 2);
    expect(home.of("utec_gateway/update")).toHaveLength(1);
  });

  test("alive and ping go out for as long as the session lives, and its socket is the only one", async () => {
    start();
    await home.untilReceived("utec_gateway/alive", 3);
    await home.untilReceived("ping");
    expect(home.of("utec_gateway/alive")[0]).toMatchObject({ session: "session-1" });
    expect(home.dials).toBe(1);
  });

  test("the page's address is asked for at each hello, for an add-on learns it late", async () => {
    let slug: string | null = null;
    start({}, () => slug);
    await untilStatus("linked");
    slug = "a1b2c3d4_utec_gateway";
    home.drop();
    const [first, second] = await home.untilReceived("utec_gateway/hello", 2);
    expect([first?.["page"], second?.["page"]]).toEqual([null, slug]);
  });
});

describe("commands", () => {
  test("a command goes through the door, and its result goes back", async () => {
    const asked: unknown[] = [];
    start({}, undefined, {
      submit: async (request) => {
        asked.push(request);
        return aCommand({ ended_at: null, outcome: null });
      },
      ended: async () => aCommand(),
    });
    await home.untilReceived("utec_gateway/snapshot");
    home.emit(command("c-1", { user: "Ada" }));
    const [result] = await home.untilReceived("utec_gateway/result");
    expect(asked).toEqual([{ device_id: "door", name: "lock", origin: { kind: "home_assistant", name: "Ada" } }]);
    expect(result).toMatchObject({ session: "session-1", command_id: "c-1", ok: true });
    expect(result?.["id"]).toBeTypeOf("number");
  });

  test("a Problem goes back as code, sentence and whether to try again", async () => {
    start();
    await home.untilReceived("utec_gateway/snapshot");
    home.emit(command("c-1"));
    const [result] = await home.untilReceived("utec_gateway/result");
    expect(result).toMatchObject({
      ok: false,
      error: { code: "device_offline", message: "Front door is offline.", retryable: true },
    });
  });

  test("a result whose session is over is dropped, and the next session does not get it", async () => {
    const ended = Promise.withResolvers<ReturnType<typeof aCommand>>();
    start({}, undefined, { submit: async () => aCommand(), ended: () => ended.promise });
    await home.untilReceived("utec_gateway/snapshot");
    home.emit(command("c-1"));
    await home.untilReceived("utec_gateway/alive");
    home.drop();
    await home.untilReceived("utec_gateway/snapshot", 2);
    ended.resolve(aCommand());
    await home.until(() => home.of("utec_gateway/alive").some((message) => message["session"] === "session-2"));
    expect(home.of("utec_gateway/result")).toEqual([]);
  });

  test("events that this gateway does not know are logged once and harm nothing", async () => {
    start();
    await home.untilReceived("utec_gateway/snapshot");
    home.emit({ type: "webhook", body: "{}" }, { type: "webhook", body: "{}" }, null, command("c-1"));
    await home.untilReceived("utec_gateway/result");
    expect(log.filter((record) => record.message.includes('"webhook"'))).toHaveLength(1);
  });
});

describe("when Home Assistant goes away", () => {
  test("it restarts: a new socket, hello, listen and snapshot, in this order, and nothing is left behind", async () => {
    start();
    await home.untilReceived("utec_gateway/snapshot");
    await home.stop();
    await untilStatus("connecting");
    home.registered = false;
    home.state = "STARTING";
    await home.start();
    await untilStatus("core_starting");
    home.registered = true;
    home.state = "RUNNING";
    await untilStatus("linked");
    await home.untilReceived("utec_gateway/snapshot", 2);
    expect(home.of("utec_gateway/snapshot").map((message) => message["session"])).toEqual(["session-1", "session-2"]);
    expect(home.connected).toBe(1);
  });

  test.each([
    "utec_gateway/hello",
    "utec_gateway/listen",
    "utec_gateway/snapshot",
    "utec_gateway/alive",
    "utec_gateway/result",
    "ping",
  ])("the socket dies in the middle of %s: the link comes back by itself", async (type) => {
    home.deadly.add(type);
    start();
    if (type.endsWith("result")) {
      await home.untilReceived("utec_gateway/snapshot");
      home.emit(command("c-1"));
    }
    await home.untilReceived(type);
    home.deadly.clear();
    const sessions = home.sessions.length;
    await home.until(() => home.sessions.length > sessions);
    await untilStatus("linked");
  });

  test.each(["utec_gateway/hello", "utec_gateway/listen", "utec_gateway/snapshot", "utec_gateway/alive", "ping"])(
    "it falls silent on %s: the link drops the socket and dials again",
    async (type) => {
      home.unanswered.add(type);
      start({ callTimeoutMs: 60 });
      await home.untilReceived(type);
      home.unanswered.clear();
      await home.until(() => home.dials >= 2 && home.connected === 1);
      await untilStatus("linked");
    },
  );

  test("it accepts listen and opens no session: the link tries again", async () => {
    home.opensSessions = false;
    start({ callTimeoutMs: 60, recheckMs: 20 });
    await untilMessage("no_session");
    home.opensSessions = true;
    await untilStatus("linked");
    expect(home.dials).toBe(1);
  });

  test("it refuses in a way that nobody knows: said once, tried again", async () => {
    home.refused.set("utec_gateway/hello", "home_assistant_error");
    start({ recheckMs: 10 });
    await home.untilReceived("utec_gateway/hello", 4);
    home.refused.clear();
    await untilStatus("linked");
    expect(log.filter((record) => record.message.includes("home_assistant_error"))).toHaveLength(2);
  });

  test("it closes right after auth_ok, again and again: attempts keep their pace, the log stays short", async () => {
    home.handshake = "closes";
    start({ paceMs: 40 });
    await home.until(() => home.dials >= 4);
    home.handshake = "usual";
    await untilStatus("linked");
    const lost = log.filter((record) => record.message.includes("was lost"));
    expect(lost.length).toBeLessThanOrEqual(1);
  });

  test("a frame that is no JSON costs the socket, not the process", async () => {
    start();
    await home.untilReceived("utec_gateway/snapshot");
    home.sendRaw("<html>Bad gateway</html>");
    await home.until(() => home.dials >= 2);
    await untilStatus("linked");
    expect(log.filter((record) => record.message.includes("could not be taken"))).toHaveLength(1);
  });

  test("502: Home Assistant is starting, said once, and asked for again and again", async () => {
    home.upgradeStatus = 502;
    start();
    await home.until(() => home.dials >= 4);
    expect(picture.gateway.link.status).toBe("core_starting");
    expect(log.filter((record) => record.message.includes("is starting"))).toHaveLength(1);
    home.upgradeStatus = null;
    await untilStatus("linked");
  });

  test("the session is unknown all of a sudden: another one on the same socket", async () => {
    start();
    await home.untilReceived("utec_gateway/snapshot");
    home.refused.set("utec_gateway/alive", "unknown_session");
    await home.untilReceived("utec_gateway/alive");
    home.refused.clear();
    await home.untilReceived("utec_gateway/snapshot", 2);
    expect(home.dials).toBe(1);
  });
});

describe("when a person has something to do", () => {
  test("a refused token: says so, keeps trying slowly, and works once it is accepted", async () => {
    home.acceptedToken = "another-token-that-works";
    start();
    await untilStatus("token_refused");
    expect(picture.gateway.link.message).toContain("HOME_ASSISTANT_TOKEN");
    expect(home.dials).toBe(1);
    home.acceptedToken = home.token;
    await untilStatus("linked");
  });

  test("a token of somebody who is no administrator is named as such", async () => {
    home.refused.set("utec_gateway/hello", "unauthorized");
    start();
    await untilStatus("token_refused");
    expect(picture.gateway.link.message).toContain("no administrator");
  });

  test("not installed is said only when Home Assistant is running", async () => {
    home.registered = false;
    home.installed = false;
    home.state = "STARTING";
    start();
    await home.untilReceived("get_config", 3);
    expect(picture.gateway.link.status).toBe("core_starting");
    home.state = "RUNNING";
    await untilStatus("integration_missing");
    expect(picture.gateway.link.message).toContain("install it");
  });

  test("installed without an entry is not the same as not installed", async () => {
    home.registered = false;
    start();
    await untilStatus("integration_not_set_up");
    expect(picture.gateway.link.message).toContain("add it");
  });

  test("a discovered gateway waits to be confirmed", async () => {
    home.registered = false;
    home.flows = [{ handler: "utec_gateway" }];
    start();
    await untilStatus("integration_not_set_up");
    expect(picture.gateway.link.message).toContain("confirm it");
  });

  test.each([
    [{ domain: "utec_gateway", state: "not_loaded", disabled_by: "user" }, "disabled"],
    [{ domain: "utec_gateway", state: "setup_error", disabled_by: null }, "setup_error"],
  ])("an entry that is there and does not run: %j", async (entry, word) => {
    home.loaded = false;
    home.entries = [entry];
    start();
    await untilStatus("integration_not_set_up");
    expect(picture.gateway.link.message).toContain(word);
  });

  test("an entry that appears is heard at once, without polling", async () => {
    home.registered = false;
    home.loaded = false;
    start();
    await untilStatus("integration_not_set_up");
    await home.untilReceived("config_entries/subscribe");
    home.changeEntry("added", { domain: "another_integration", state: "loaded", disabled_by: null });
    home.changeEntry("added", { domain: "utec_gateway", state: "loaded", disabled_by: null });
    await untilStatus("linked");
    expect(home.of("config_entries/subscribe")).toHaveLength(1);
  });

  test("the entry is reloaded: goodbye, and a new session on the same socket when it is back", async () => {
    start();
    await home.untilReceived("utec_gateway/snapshot");
    home.changeEntry("updated", { domain: "utec_gateway", state: "not_loaded", disabled_by: null });
    home.emit({ type: "goodbye", reason: "unloaded" });
    await untilStatus("integration_not_set_up");
    home.changeEntry("updated", { domain: "utec_gateway", state: "loaded", disabled_by: null });
    await untilStatus("linked");
    await home.untilReceived("utec_gateway/snapshot", 2);
    expect(home.dials).toBe(1);
  });

  test("another gateway is bound there: says so, and is not asked again and again", async () => {
    home.boundTo = "somebody-else";
    start();
    await untilStatus("other_gateway");
    await home.untilReceived("ping");
    expect(home.of("utec_gateway/hello")).toHaveLength(1);
    home.boundTo = null;
    home.changeEntry("added", { domain: "utec_gateway", state: "loaded", disabled_by: null });
    await untilStatus("linked");
  });

  test("two gateways of one identity do not take the link from each other in turns", async () => {
    start();
    await home.untilReceived("utec_gateway/snapshot");
    home.emit({ type: "goodbye", reason: "replaced" });
    await untilStatus("other_gateway");
    await home.untilReceived("ping");
    expect(home.of("utec_gateway/hello")).toHaveLength(1);
  });

  test("silence that Home Assistant noticed first ends in a new session at once", async () => {
    start();
    await home.untilReceived("utec_gateway/snapshot");
    home.emit({ type: "goodbye", reason: "silent" });
    await home.untilReceived("utec_gateway/snapshot", 2);
  });

  test("no common protocol: says which half to update", async () => {
    home.refused.set("utec_gateway/hello", "unsupported_protocol");
    start();
    await untilStatus("protocol_mismatch");
    expect(picture.gateway.link.message).toContain("update the older");
  });

  test("a protocol that this gateway does not speak is not spoken, even when it is offered", async () => {
    home.protocol = 2;
    start();
    await untilStatus("protocol_mismatch");
    expect(home.of("utec_gateway/listen")).toEqual([]);
  });
});

describe("stopping", () => {
  test("says goodbye with its reason before it hangs up", async () => {
    start();
    await home.untilReceived("utec_gateway/snapshot");
    await link.stop("restarting", 30);
    expect(home.of("utec_gateway/goodbye")).toMatchObject([
      { session: "session-1", reason: "restarting", back_in_s: 30 },
    ]);
    await home.until(() => home.connected === 0);
    expect(home.dials).toBe(1);
  });

  test("does not wait for a Home Assistant that does not answer", async () => {
    home.unanswered.add("utec_gateway/goodbye");
    start();
    await home.untilReceived("utec_gateway/snapshot");
    const before = performance.now();
    await link.stop("stopping", 0);
    expect(performance.now() - before).toBeLessThan(FAST.callTimeoutMs);
  });

  test("works while nobody is there to be linked to", async () => {
    await home.stop();
    start();
    await untilMessage("cannot be reached");
    await link.stop("stopping", 0);
    const dials = home.dials;
    await home.start();
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(home.dials).toBe(dials);
  });
});

describe("asking core", () => {
  test("who is an administrator, and null when nobody can be asked", async () => {
    home.users = [{ id: "ada", is_owner: false, is_active: true, group_ids: ["system-admin"] }];
    start();
    expect(await link.isAdministrator("ada")).toBeNull();
    await untilStatus("linked");
    expect(await link.isAdministrator("ada")).toBe(true);
    expect(await link.isAdministrator("eve")).toBe(false);
    expect(home.of("config/auth/list")).toHaveLength(1);
  });
});

test("the token never reaches the log or the picture", async () => {
  home.acceptedToken = "another-token-that-works";
  start();
  await untilStatus("token_refused");
  expect(JSON.stringify([log, picture.snapshot()])).not.toContain(home.token);
});

const OFFLINE: CommandDoor = {
  submit: () => Promise.reject(new Problem("device_offline", "Front door is offline.", { retryable: true })),
  ended: () => Promise.reject(new Problem("command_not_found", "No such command.")),
};

function start(timing: Partial<LinkTiming> = {}, page: () => string | null = () => null, commands = OFFLINE): void {
  const secrets = new Secrets();
  const sink = new LogSink({ level: "debug", format: "json", secrets, write: () => {} });
  sink.follow((record) => log.push(record));
  link = new Link({
    target: { kind: "direct", url: home.url, token: home.token },
    gateway_id: GATEWAY_ID,
    version: "0.1.0",
    page,
    picture,
    commands,
    accounts: { refreshNow: async () => anAccount() },
    clock: systemClock,
    log: sink.log,
    secrets,
    timing: { ...FAST, ...timing },
  });
  link.start();
}

function untilStatus(status: LinkStatus): Promise<void> {
  return until(() => picture.gateway.link.status === status);
}

function untilMessage(part: string): Promise<void> {
  return until(() => picture.gateway.link.message.includes(part));
}

async function until(condition: () => boolean): Promise<void> {
  if (condition()) return;
  await new Promise<void>((resolve) => {
    const end = picture.subscribe(() => {
      if (!condition()) return;
      end();
      resolve();
    });
  });
}

function command(id: string, context: { user?: string } = {}): unknown {
  return {
    type: "command",
    id,
    name: "lock",
    target: { device_id: "door" },
    args: {},
    timeout_ms: 60_000,
    context: { user: context.user ?? null, automation: null },
  };
}

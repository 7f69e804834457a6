import { describe, expect, test } from "vitest";
import type { CommandApi } from "../../src/utec/commands/command-api.ts";
import { anEntry } from "../activity/house.ts";
import { aCommand, aDevice, aGateway, anAccount } from "../state/models.ts";
import { benchForEach, lockCommand } from "./link-bench.ts";

const current = benchForEach();

describe("linking", () => {
  test("hello, listen, snapshot, and the picture shows it as linked", async () => {
    const { bench, home } = current();
    bench.start();
    await bench.untilStatus("linked");
    const [snapshot] = await home.untilReceived("utec_gateway/snapshot");
    const order = home.received.map((message) => message.type).filter((type) => type.startsWith("utec_gateway/"));
    expect(order).toEqual(["utec_gateway/hello", "utec_gateway/listen", "utec_gateway/snapshot"]);
    expect(snapshot).toMatchObject({
      session: "session-1",
      part: 1,
      parts: 1,
      seq: 0,
      gateway: { id: aGateway().id, link: { status: "linked" } },
      accounts: [{ id: "home" }],
      devices: [{ id: "door" }],
    });
    expect(bench.picture.gateway.link).toMatchObject({
      status: "linked",
      home_assistant_version: "2026.11.0",
      integration_version: "0.1.0",
    });
  });

  test("what Home Assistant remembers of the tokens is taken in before the snapshot, which shows the result", async () => {
    const { bench, home } = current();
    home.remembered = { generations: { home: 9, cabin: "nine" }, last_success_at: { home: 1_795_168_800_000 } };
    bench.onHeard = () =>
      bench.picture.update({ accounts: [anAccount({ status: "sign_in_needed", reason: "restored_backup" })] });
    bench.start();
    const [snapshot] = await home.untilReceived("utec_gateway/snapshot");
    expect(snapshot).toMatchObject({ seq: 0, accounts: [{ id: "home", reason: "restored_backup" }] });
    expect(bench.heard).toEqual([new Map([["home", { generation: 9, last_success_at: 1_795_168_800_000 }]])]);
  });

  test("the session opens when the picture is ready, and shows it as it is then", async () => {
    const { bench, home } = current();
    const ready = Promise.withResolvers<void>();
    bench.start({ pictureReady: () => ready.promise });
    await home.untilReceived("ping", 2);
    expect(home.of("utec_gateway/listen")).toEqual([]);
    bench.picture.update({ devices: [aDevice({ lock_state: "unlocked" })] });
    ready.resolve();
    const [snapshot] = await home.untilReceived("utec_gateway/snapshot");
    expect(snapshot).toMatchObject({ seq: 0, devices: [{ lock_state: "unlocked" }] });
  });

  test("a socket that ends before the picture is ready opens no session, and the next one does", async () => {
    const { bench, home } = current();
    const waits = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let asked = 0;
    bench.start({ pictureReady: () => waits[asked++]?.promise ?? Promise.resolve() });
    await home.untilReceived("utec_gateway/hello");
    home.drop();
    await home.untilReceived("utec_gateway/hello", 2);
    for (const { resolve } of waits) resolve();
    await home.untilReceived("utec_gateway/snapshot");
    expect(home.of("utec_gateway/listen")).toHaveLength(1);
  });

  test("an integration that remembers nothing is linked as well, and each new session is heard", async () => {
    const { bench, home } = current();
    bench.start();
    await home.untilReceived("utec_gateway/snapshot");
    home.remembered = { generations: { home: 2 } };
    home.drop();
    await home.untilReceived("utec_gateway/snapshot", 2);
    expect(bench.heard).toEqual([new Map(), new Map([["home", { generation: 2, last_success_at: null }]])]);
  });

  test("what an integration of another protocol remembers counts for nothing", async () => {
    const { bench, home } = current();
    home.protocol = 2;
    home.remembered = { generations: { home: 9 } };
    bench.start();
    await bench.untilStatus("protocol_mismatch");
    expect(bench.heard).toEqual([]);
  });

  test("a change of the picture follows as an update, the link's own news do not", async () => {
    const { bench, home } = current();
    bench.start();
    await home.untilReceived("utec_gateway/snapshot");
    bench.picture.update({ devices: [aDevice({ lock_state: "unlocked" })] });
    const [update] = await home.untilReceived("utec_gateway/update");
    expect(update).toMatchObject({ session: "session-1", seq: 1, set: { devices: [{ lock_state: "unlocked" }] } });
    await home.untilReceived("utec_gateway/alive", 2);
    expect(home.of("utec_gateway/update")).toHaveLength(1);
  });

  test("alive and ping go out for as long as the session lives, and its socket is the only one", async () => {
    const { bench, home } = current();
    bench.start();
    await home.untilReceived("utec_gateway/alive", 3);
    await home.untilReceived("ping");
    expect(home.of("utec_gateway/alive")[0]).toMatchObject({ session: "session-1" });
    expect(home.dials).toBe(1);
  });

  test("the page's address is asked for at each hello, for an add-on learns it late", async () => {
    const { bench, home } = current();
    let slug: string | null = null;
    bench.start({ page: () => slug });
    await bench.untilStatus("linked");
    slug = "a1b2c3d4_utec_gateway";
    home.drop();
    const [first, second] = await home.untilReceived("utec_gateway/hello", 2);
    expect([first?.["page"], second?.["page"]]).toEqual([null, slug]);
  });
});

describe("commands", () => {
  test("a command is submitted, and its result goes back", async () => {
    const { bench, home } = current();
    const asked: unknown[] = [];
    const submit: CommandApi["submit"] = async (request) => {
      asked.push(request);
      return aCommand({ ended_at: null, outcome: null });
    };
    bench.start({ commands: { submit, ended: async () => aCommand() } });
    await home.untilReceived("utec_gateway/snapshot");
    home.emit(lockCommand("c-1", "Ada"));
    const [result] = await home.untilReceived("utec_gateway/result");
    expect(asked).toMatchObject([
      { device_id: "door", name: "lock", origin: { kind: "home_assistant", name: "Ada", automation: false } },
    ]);
    expect(result).toMatchObject({ session: "session-1", command_id: "c-1", ok: true });
    expect(result?.["id"]).toBeTypeOf("number");
  });

  test("a poll asks the cloud, and its result follows what came of it, an age alone included", async () => {
    const { bench, home } = current();
    bench.start({
      devices: {
        listNow: () => Promise.resolve(),
        askNow: async (account_id) => {
          bench.picture.update({ devices: [{ ...aDevice(), account_id, confirmed_at: 12_345 }] });
        },
      },
    });
    await home.untilReceived("utec_gateway/snapshot");
    const target = { account_id: aDevice().account_id };
    home.emit({ type: "command", id: "c-1", name: "poll", target, args: {}, timeout_ms: 40_000 });
    const [result] = await home.untilReceived("utec_gateway/result");
    expect(result).toMatchObject({ command_id: "c-1", ok: true });
    const order = home.received.map(({ type }) => type).filter((type) => /update|result/.test(type));
    expect(order).toEqual(["utec_gateway/update", "utec_gateway/result"]);
  });

  test("the confirmed state is there before the result: a result never overtakes what the command changed", async () => {
    const { bench, home } = current();
    const ended: CommandApi["ended"] = async () => {
      bench.picture.update({ devices: [{ ...aDevice(), lock_state: "unlocked", transition: null }] });
      return aCommand();
    };
    bench.start({ commands: { submit: async () => aCommand({ ended_at: null, outcome: null }), ended } });
    await home.untilReceived("utec_gateway/snapshot");
    home.emit(lockCommand("c-1"));
    await home.untilReceived("utec_gateway/result");
    const order = home.received.map(({ type }) => type).filter((type) => /update|result/.test(type));
    expect(order).toEqual(["utec_gateway/update", "utec_gateway/result"]);
  });

  test("a Problem goes back as code, message and whether to try again", async () => {
    const { bench, home } = current();
    bench.start();
    await home.untilReceived("utec_gateway/snapshot");
    home.emit(lockCommand("c-1"));
    const [result] = await home.untilReceived("utec_gateway/result");
    expect(result).toMatchObject({
      ok: false,
      error: { code: "device_offline", message: "Front door is offline.", retryable: true },
    });
  });

  test("a command that asks for something has its answer in the result, with the page as in hello", async () => {
    const { bench, home } = current();
    bench.start({ page: () => "a1b2c3d4_utec_gateway" });
    await home.untilReceived("utec_gateway/snapshot");
    const target = { account_id: "home" };
    home.emit({ type: "command", id: "c-1", name: "sign_in_link", target, args: {}, timeout_ms: 40_000 });
    const [result] = await home.untilReceived("utec_gateway/result");
    const url = "https://cloud.example/authorise?state=home";
    expect(result).toMatchObject({
      ok: true,
      data: { url, user_code: null, expires_at: 1_800_000_000_000, page: "a1b2c3d4_utec_gateway" },
    });
  });

  test("what the activity log gains goes to the session that is open, and none of it to the next one", async () => {
    const { bench, home } = current();
    bench.start();
    await home.untilReceived("utec_gateway/snapshot");
    bench.activity.add(anEntry());
    expect(await home.untilReceived("utec_gateway/update")).toMatchObject([{ seq: 1, set: { activity: [{ id: 1 }] } }]);
    home.drop();
    await home.until(() => bench.activity.followers === 0);
    bench.activity.add(anEntry());
    await home.untilReceived("utec_gateway/snapshot", 2);
    bench.activity.add(anEntry());
    const [, update] = await home.untilReceived("utec_gateway/update", 2);
    expect(update).toMatchObject({ session: "session-2", seq: 1, set: { activity: [{ id: 3 }] } });
  });

  test("a result whose session is over is dropped, and the next session does not get it", async () => {
    const { bench, home } = current();
    const ended = Promise.withResolvers<ReturnType<typeof aCommand>>();
    bench.start({ commands: { submit: async () => aCommand(), ended: () => ended.promise } });
    await home.untilReceived("utec_gateway/snapshot");
    home.emit(lockCommand("c-1"));
    await home.untilReceived("utec_gateway/alive");
    home.drop();
    await home.untilReceived("utec_gateway/snapshot", 2);
    ended.resolve(aCommand());
    await home.until(() => home.of("utec_gateway/alive").some((message) => message["session"] === "session-2"));
    expect(home.of("utec_gateway/result")).toEqual([]);
  });

  test("events that this gateway does not know are logged once and harm nothing", async () => {
    const { bench, home } = current();
    bench.start();
    await home.untilReceived("utec_gateway/snapshot");
    home.emit({ type: "webhook", body: "{}" }, { type: "webhook", body: "{}" }, null, lockCommand("c-1"));
    await home.untilReceived("utec_gateway/result");
    expect(bench.logged('"webhook"')).toHaveLength(1);
  });
});

describe("stopping", () => {
  test("says goodbye with its reason before it closes the connection", async () => {
    const { bench, home } = current();
    bench.start();
    await home.untilReceived("utec_gateway/snapshot");
    await bench.link.stop("restarting", 30);
    expect(home.of("utec_gateway/goodbye")).toMatchObject([
      { session: "session-1", reason: "restarting", back_in_s: 30 },
    ]);
    await home.until(() => home.connected === 0);
    expect(home.dials).toBe(1);
  });

  test("does not wait for a Home Assistant that does not answer", async () => {
    const { bench, home } = current();
    home.unanswered.add("utec_gateway/goodbye");
    bench.start();
    await home.untilReceived("utec_gateway/snapshot");
    const before = performance.now();
    await bench.link.stop("stopping", 0);
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  test("works while there is nothing to link to", async () => {
    const { bench, home } = current();
    await home.stop();
    bench.start();
    await bench.untilMessage("cannot be reached");
    await bench.link.stop("stopping", 0);
    const dials = home.dials;
    await home.start();
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(home.dials).toBe(dials);
  });
});

describe("asking core", () => {
  test("who is an administrator, and null when core can't be asked", async () => {
    const { bench, home } = current();
    home.users = [{ id: "ada", is_owner: false, is_active: true, group_ids: ["system-admin"] }];
    bench.start();
    expect(await bench.link.isAdministrator("ada")).toBeNull();
    await bench.untilStatus("linked");
    expect(await bench.link.isAdministrator("ada")).toBe(true);
    expect(await bench.link.isAdministrator("eve")).toBe(false);
    expect(home.of("config/auth/list")).toHaveLength(1);
  });
});

test("the token never reaches the log or the picture", async () => {
  const { bench, home } = current();
  home.acceptedToken = "another-token-that-works";
  bench.start();
  await bench.untilStatus("token_refused");
  expect(JSON.stringify([bench.log, bench.picture.snapshot()])).not.toContain(home.token);
});

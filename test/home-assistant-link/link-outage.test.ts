import { expect, test } from "vitest";
import { benchForEach, lockCommand } from "./link-bench.ts";

const current = benchForEach();

test("it restarts: a new socket, hello, listen and snapshot, in this order, and nothing is left behind", async () => {
  const { bench, home } = current();
  bench.start();
  await home.untilReceived("utec_gateway/snapshot");
  await home.stop();
  await bench.untilStatus("connecting");
  home.registered = false;
  home.state = "STARTING";
  await home.start();
  await bench.untilStatus("core_starting");
  home.registered = true;
  home.state = "RUNNING";
  await bench.untilStatus("linked");
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
  const { bench, home } = current();
  home.deadly.add(type);
  bench.start();
  if (type.endsWith("result")) {
    await home.untilReceived("utec_gateway/snapshot");
    home.emit(lockCommand("c-1"));
  }
  await home.untilReceived(type);
  home.deadly.clear();
  const sessions = home.sessions.length;
  await home.until(() => home.sessions.length > sessions);
  await bench.untilStatus("linked");
});

test.each(["utec_gateway/hello", "utec_gateway/listen", "utec_gateway/snapshot", "utec_gateway/alive", "ping"])(
  "it falls silent on %s: the link drops the socket and dials again",
  async (type) => {
    const { bench, home } = current();
    home.unanswered.add(type);
    bench.start();
    await home.untilReceived(type);
    home.unanswered.clear();
    bench.callsTimeOut();
    await home.until(() => home.dials >= 2 && home.connected === 1);
    await bench.untilStatus("linked");
  },
);

test("it accepts listen and opens no session: the link tries again", async () => {
  const { bench, home } = current();
  home.opensSessions = false;
  bench.start({ timing: { callTimeoutMs: 500, recheckMs: 20 } });
  await bench.untilMessage("no_session");
  home.opensSessions = true;
  await bench.untilStatus("linked");
  expect(home.dials).toBe(1);
});

test("it refuses with an unknown error: logged once, tried again", async () => {
  const { bench, home } = current();
  home.refused.set("utec_gateway/hello", "home_assistant_error");
  bench.start({ timing: { recheckMs: 10 } });
  await home.untilReceived("utec_gateway/hello", 4);
  home.refused.clear();
  await bench.untilStatus("linked");
  expect(bench.logged("home_assistant_error")).toHaveLength(2);
});

test("it closes right after auth_ok, again and again: attempts keep their pace, the log stays short", async () => {
  const { bench, home } = current();
  home.handshake = "closes";
  bench.start({ timing: { paceMs: 40 } });
  await home.until(() => home.dials >= 4);
  home.handshake = "usual";
  await bench.untilStatus("linked");
  const lost = bench.logged("was lost");
  expect(lost.length).toBeLessThanOrEqual(1);
});

test("a frame that is not JSON costs the socket, not the process", async () => {
  const { bench, home } = current();
  bench.start();
  await home.untilReceived("utec_gateway/snapshot");
  home.sendRaw("<html>Bad gateway</html>");
  await home.until(() => home.dials >= 2);
  await bench.untilStatus("linked");
  expect(bench.logged("could not be handled")).toHaveLength(1);
});

test("502: Home Assistant is starting, logged once, and tried again and again", async () => {
  const { bench, home } = current();
  home.upgradeStatus = 502;
  bench.start();
  await home.until(() => home.dials >= 4);
  expect(bench.picture.gateway.link.status).toBe("core_starting");
  expect(bench.logged("is starting")).toHaveLength(1);
  home.upgradeStatus = null;
  await bench.untilStatus("linked");
});

test("the session is suddenly unknown: another one on the same socket", async () => {
  const { bench, home } = current();
  bench.start();
  await home.untilReceived("utec_gateway/snapshot");
  home.refused.set("utec_gateway/alive", "unknown_session");
  await home.untilReceived("utec_gateway/alive");
  home.refused.clear();
  await home.untilReceived("utec_gateway/snapshot", 2);
  expect(home.dials).toBe(1);
});

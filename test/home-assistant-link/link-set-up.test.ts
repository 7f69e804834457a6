import { expect, test } from "vitest";
import { benchForEach } from "./link-bench.ts";

const current = benchForEach();

test("a refused token: says so, keeps trying slowly, and works once it is accepted", async () => {
  const { bench, home } = current();
  home.acceptedToken = "another-token-that-works";
  bench.start();
  await bench.untilStatus("token_refused");
  expect(bench.message).toContain("HOME_ASSISTANT_TOKEN");
  expect(home.dials).toBe(1);
  home.acceptedToken = home.token;
  await bench.untilStatus("linked");
});

test("as an add-on it is not a person's token that is refused", async () => {
  const { bench, home } = current();
  home.acceptedToken = "another-token-that-works";
  bench.start({ kind: "supervisor" });
  await bench.untilStatus("token_refused");
  expect(bench.message).toContain("the Supervisor's token");
  home.acceptedToken = home.token;
  await bench.untilStatus("linked");
});

test("a token of somebody who is not an administrator is reported as such", async () => {
  const { bench, home } = current();
  home.refused.set("utec_gateway/hello", "unauthorized");
  bench.start();
  await bench.untilStatus("token_refused");
  expect(bench.message).toContain("not an administrator");
});

test("not installed is reported only when Home Assistant is running", async () => {
  const { bench, home } = current();
  home.registered = false;
  home.installed = false;
  home.state = "STARTING";
  bench.start();
  await home.untilReceived("get_config", 3);
  expect(bench.picture.gateway.link.status).toBe("core_starting");
  home.state = "RUNNING";
  await bench.untilStatus("integration_missing");
  expect(bench.message).toContain("install it");
});

test("installed without an entry is not the same as not installed", async () => {
  const { bench, home } = current();
  home.registered = false;
  bench.start();
  await bench.untilStatus("integration_not_set_up");
  expect(bench.message).toContain("add it");
});

test("a discovered gateway waits to be confirmed", async () => {
  const { bench, home } = current();
  home.registered = false;
  home.flows = [{ handler: "utec_gateway" }];
  bench.start();
  await bench.untilStatus("integration_not_set_up");
  expect(bench.message).toContain("confirm it");
});

test("the integration comes after the gateway: it is announced again, once, and offered then", async () => {
  const { bench, home } = current();
  home.registered = false;
  home.installed = false;
  bench.start();
  await bench.untilStatus("integration_missing");
  expect(bench.announcedAgain).toBe(0);
  home.installed = true;
  await bench.untilStatus("integration_not_set_up");
  await home.untilReceived("config_entries/flow/progress", 4);
  expect(bench.announcedAgain).toBe(1);
  home.flows = [{ handler: "utec_gateway" }];
  await bench.untilMessage("confirm it");
  expect(bench.announcedAgain).toBe(1);
});

test("an entry that was deleted: the gateway is announced again", async () => {
  const { bench, home } = current();
  bench.start();
  await home.untilReceived("utec_gateway/snapshot");
  home.changeEntry("removed", { domain: "utec_gateway", state: "not_loaded", disabled_by: null });
  home.emit({ type: "goodbye", reason: "removed" });
  await bench.untilStatus("integration_not_set_up");
  expect(bench.announcedAgain).toBe(1);
});

test("a gateway that was ignored there is not announced again", async () => {
  const { bench, home } = current();
  home.registered = false;
  home.entries = [{ domain: "utec_gateway", source: "ignore", state: "not_loaded", disabled_by: null }];
  bench.start();
  await bench.untilMessage("was ignored");
  expect(bench.announcedAgain).toBe(0);
});

test("another gateway that was ignored there hides no entry that does not run", async () => {
  const { bench, home } = current();
  home.loaded = false;
  home.entries = [
    { domain: "utec_gateway", source: "ignore", state: "not_loaded", disabled_by: null },
    { domain: "utec_gateway", state: "not_loaded", disabled_by: "user" },
  ];
  bench.start();
  await bench.untilMessage("is disabled");
});

test.each(["STOPPING", "FINAL_WRITE"])("%s is no start", async (state) => {
  const { bench, home } = current();
  home.registered = false;
  home.state = state;
  bench.start();
  await bench.untilMessage("is stopping");
});

test.each([
  [{ domain: "utec_gateway", state: "not_loaded", disabled_by: "user" }, "disabled"],
  [{ domain: "utec_gateway", state: "setup_error", disabled_by: null }, "setup_error"],
])("an entry that exists but does not run: %j", async (entry, word) => {
  const { bench, home } = current();
  home.loaded = false;
  home.entries = [entry];
  bench.start();
  await bench.untilStatus("integration_not_set_up");
  expect(bench.message).toContain(word);
});

test("an entry that appears is noticed at once, without polling", async () => {
  const { bench, home } = current();
  home.registered = false;
  home.loaded = false;
  bench.start();
  await bench.untilStatus("integration_not_set_up");
  await home.untilReceived("config_entries/subscribe");
  home.changeEntry("added", { domain: "another_integration", state: "loaded", disabled_by: null });
  home.changeEntry("added", { domain: "utec_gateway", state: "loaded", disabled_by: null });
  await bench.untilStatus("linked");
  expect(home.of("config_entries/subscribe")).toHaveLength(1);
});

test("the entry is reloaded: goodbye, and a new session on the same socket when it is back", async () => {
  const { bench, home } = current();
  bench.start();
  await home.untilReceived("utec_gateway/snapshot");
  home.changeEntry("updated", { domain: "utec_gateway", state: "not_loaded", disabled_by: null });
  home.emit({ type: "goodbye", reason: "unloaded" });
  await bench.untilStatus("integration_not_set_up");
  home.changeEntry("updated", { domain: "utec_gateway", state: "loaded", disabled_by: null });
  await bench.untilStatus("linked");
  await home.untilReceived("utec_gateway/snapshot", 2);
  expect(home.dials).toBe(1);
});

test("another gateway is bound there: says so, and is not asked again and again", async () => {
  const { bench, home } = current();
  home.boundTo = "somebody-else";
  bench.start();
  await bench.untilStatus("other_gateway");
  await home.untilReceived("ping");
  expect(home.of("utec_gateway/hello")).toHaveLength(1);
  home.boundTo = null;
  home.changeEntry("added", { domain: "utec_gateway", state: "loaded", disabled_by: null });
  await bench.untilStatus("linked");
});

test("two gateways of one identity do not take the link from each other in turns", async () => {
  const { bench, home } = current();
  bench.start();
  await home.untilReceived("utec_gateway/snapshot");
  home.emit({ type: "goodbye", reason: "replaced" });
  await bench.untilStatus("other_gateway");
  await home.untilReceived("ping");
  expect(home.of("utec_gateway/hello")).toHaveLength(1);
});

test("silence that Home Assistant noticed first ends in a new session at once", async () => {
  const { bench, home } = current();
  bench.start();
  await home.untilReceived("utec_gateway/snapshot");
  home.emit({ type: "goodbye", reason: "silent" });
  await home.untilReceived("utec_gateway/snapshot", 2);
});

test("no common protocol: passes on Home Assistant's advice which half to update", async () => {
  const { bench, home } = current();
  home.refused.set("utec_gateway/hello", "unsupported_protocol");
  bench.start();
  await bench.untilStatus("protocol_mismatch");
  expect(bench.message).toContain("Refused: unsupported_protocol");
});

test("a protocol that this gateway does not speak is not spoken, even when it is offered", async () => {
  const { bench, home } = current();
  home.protocol = 2;
  bench.start();
  await bench.untilStatus("protocol_mismatch");
  expect(bench.message).toContain("update the gateway");
  expect(home.of("utec_gateway/listen")).toEqual([]);
});

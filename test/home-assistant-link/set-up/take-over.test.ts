import { expect, test } from "vitest";
import { aDevice, aGateway, anAccount } from "../../state/models.ts";
import { benchForEach } from "../link-bench.ts";

const current = benchForEach();
const CLOUD = { online: true, error: null, last_success_at: null };

test("a gateway that is refused says what it serves, by ids that are the cloud's, and no more", async () => {
  const { bench, home } = current();
  home.boundTo = "somebody-else";
  home.offerResult = { verdict: "same", connected: false, missing: [] };
  bench.picture.update({ gateway: { clouds: { home: { ...CLOUD, devices_known: true } } } });
  bench.start({ page: () => "a1b2c3d4_utec_gateway" });
  const [offered] = await home.untilReceived("utec_gateway/offer");
  expect(offered).toEqual({
    id: offered?.id,
    type: "utec_gateway/offer",
    gateway_id: aGateway().id,
    version: "0.1.0",
    page: "a1b2c3d4_utec_gateway",
    accounts: [{ id: "home", name: anAccount().name, devices_known: true }],
    devices: [{ id: "door", account_id: "home" }],
  });
});

test("no list of devices is waited for where an account has none", async () => {
  const { bench, home } = current();
  home.boundTo = "somebody-else";
  bench.picture.update({
    accounts: [anAccount({ id: "grid", name: "Grid", provider: "watttime", has_devices: false })],
  });
  bench.start();
  const [offered] = await home.untilReceived("utec_gateway/offer");
  expect(offered?.["accounts"]).toContainEqual({ id: "grid", name: "Grid", devices_known: true });
});

test.each([
  ["same", false, "which is not connected. This one has the same locks: let it take over in Home Assistant"],
  ["same", true, "which is connected and has the same locks: stop one of the two, or let this one take over"],
  ["not_yet", false, "does not have all of its locks yet (A, B, C, …): sign in their account here."],
  ["other", true, "does not have all of its locks (A, B, C, …): add their account here, or decide in Home Assistant"],
])("%s, connected %s: the link step says what is wrong and where to press", async (verdict, connected, words) => {
  const { bench, home } = current();
  home.boundTo = "somebody-else";
  home.offerResult = { verdict, connected, missing: verdict === "same" ? [] : ["A", "B", "C", "D"] };
  bench.start();
  await bench.untilStatus("other_gateway");
  expect(bench.message).toContain(`Home Assistant belongs to another gateway`);
  expect(bench.message).toContain(words);
  expect(bench.message).toContain("Settings, Repairs");
});

test.each([null, { verdict: "of a later integration" }])(
  "an integration whose answer is not known leads to where its own form is: %j",
  async (answer) => {
    const { bench, home } = current();
    home.boundTo = "somebody-else";
    home.offerResult = answer;
    bench.start();
    await bench.untilStatus("other_gateway");
    expect(bench.message).toContain("reconfigure the U-tec Gateway integration there");
  },
);

test("a sign-in is offered at once, not at the next attempt; a state that changes is nothing new to offer", async () => {
  const { bench, home } = current();
  home.boundTo = "somebody-else";
  home.offerResult = { verdict: "not_yet", connected: false, missing: ["Front door"] };
  bench.start();
  await bench.untilStatus("other_gateway");
  bench.picture.update({ devices: [aDevice({ lock_state: "unlocked" })] });
  home.offerResult = { verdict: "same", connected: false, missing: [] };
  bench.picture.update({ devices: [aDevice({ id: "gate" })] });
  await bench.untilMessage("let it take over");
  expect(home.of("utec_gateway/offer").map((message) => message["devices"])).toEqual([
    [{ id: "door", account_id: "home" }],
    [
      { id: "door", account_id: "home" },
      { id: "gate", account_id: "home" },
    ],
  ]);
});

test("once a person has let it take over it is linked at once, and offers nothing more", async () => {
  const { bench, home } = current();
  home.boundTo = "somebody-else";
  home.offerResult = { verdict: "same", connected: false, missing: [] };
  bench.start();
  await bench.untilStatus("other_gateway");
  home.boundTo = aGateway().id;
  home.changeEntry("updated", { domain: "utec_gateway", state: "loaded", disabled_by: null });
  await bench.untilStatus("linked");
  bench.picture.update({ devices: [aDevice({ id: "gate" })] });
  await home.untilReceived("utec_gateway/update");
  expect(home.of("utec_gateway/offer")).toHaveLength(1);
});

test("a connection that is lost while it offers is dialled again", async () => {
  const { bench, home } = current();
  home.boundTo = "somebody-else";
  home.deadly.add("utec_gateway/offer");
  bench.start();
  await home.untilReceived("utec_gateway/offer", 2);
  home.deadly.clear();
  home.boundTo = null;
  await bench.untilStatus("linked");
});

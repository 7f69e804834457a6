import { describe, expect, test } from "vitest";
import { setTimeout as delay } from "node:timers/promises";
import { accessOf } from "../../../src/http/access/rights.ts";
import { ALIVE_EVERY_MS, GATHER_MS } from "../../../src/http/live/live-feed.ts";
import { ManualClock } from "../../clock.ts";
import { anEntry } from "../../activity/house.ts";
import { aCommand, aDevice, aGateway, anAccount } from "../../state/models.ts";
import { INGRESS, aStage } from "../stage.ts";
import { aFeed, logTexts } from "./feed-bench.ts";

const MEMBER = accessOf("member", false);
const ADMINISTRATOR = accessOf("administrator", false);
const NO_CODE = { user_code: null, verification_uri: null, verification_uri_complete: null };
const A_CODE = {
  user_code: "USER-CODE",
  verification_uri: "https://cloud.example/activate",
  verification_uri_complete: "https://cloud.example/activate?user_code=USER-CODE",
  expires_at: 1000,
};
const LINKED = aGateway({ link: { ...aGateway().link, status: "linked" } });

describe("who is no administrator hears on the feed", () => {
  test("how everything is, and neither who did what nor whose sign-in it is", () => {
    const { join, picture, clock, activity } = aFeed();
    picture.update({ accounts: [anAccount()], devices: [aDevice()], commands: [aCommand()] });
    const { heard } = join("member");
    expect(heard).toMatchObject([{ type: "snapshot", access: MEMBER, commands: [], devices: [aDevice()] }]);
    expect(heard[0]?.["accounts"]).toMatchObject([
      { name: "Home", status: "fresh", client_id: "", redirect_uri: "", cloud_user: null, recent: [] },
    ]);
    activity.add(anEntry());
    picture.update({ commands: [aCommand({ id: "other" })] });
    clock.advance(GATHER_MS);
    expect(heard).toHaveLength(1);
    const open = aDevice({ lock_state: "unlocked" });
    picture.update({
      commands: [aCommand({ id: "third" })],
      devices: [open],
      accounts: [anAccount({ status: "due" })],
    });
    clock.advance(GATHER_MS);
    expect(heard.slice(1)).toMatchObject([
      { type: "update", set: { devices: [open], accounts: [{ status: "due", client_id: "", cloud_user: null }] } },
    ]);
    expect(heard[1]?.["set"]).not.toHaveProperty("commands");
  });

  test.each([false, true])(
    "no code of a sign-in that is under way, only its end, members_read_activity: %s",
    (open) => {
      const { join, picture, clock } = aFeed();
      const waiting = anAccount({ device_code: A_CODE });
      picture.update({ accounts: [waiting] });
      const [member, administrator] = [join("member", open), join("administrator", open)];
      const later = { ...A_CODE, user_code: "LATER-CODE", expires_at: 2000 };
      picture.update({ accounts: [{ ...waiting, device_code: later }] });
      clock.advance(GATHER_MS);
      expect(member.heard).toMatchObject([
        { type: "snapshot", accounts: [{ device_code: { ...NO_CODE, expires_at: 1000 } }] },
        { type: "update", set: { accounts: [{ device_code: { ...NO_CODE, expires_at: 2000 } }] } },
      ]);
      expect(JSON.stringify(member.heard)).not.toMatch(/CODE|activate/);
      expect(administrator.heard).toMatchObject([
        { accounts: [{ device_code: A_CODE }] },
        { set: { accounts: [{ device_code: later }] } },
      ]);
    },
  );

  test("with members_read_activity all else", () => {
    const { join, picture, clock, activity } = aFeed();
    const { heard } = join("member", true);
    const account = anAccount({ device_code: A_CODE });
    picture.update({ accounts: [account], devices: [aDevice()], commands: [aCommand()] });
    activity.add(anEntry());
    clock.advance(GATHER_MS);
    const device_code = { ...NO_CODE, expires_at: 1000 };
    expect(heard.find(({ type }) => type === "update")?.["set"]).toEqual({
      accounts: [{ ...account, device_code }],
      devices: [aDevice()],
      commands: [aCommand()],
    });
    expect(heard.map(({ type }) => type)).toContain("activity");
  });

  test("nothing of the log, though it asks for it, until it may", async () => {
    const { join, sink, clock } = aFeed();
    const { heard, connection, socket, become } = join("member");
    sink.log.info("before");
    connection.take('{"type":"follow_log","level":"info"}');
    sink.log.info("after");
    clock.advance(GATHER_MS);
    expect([logTexts(heard), socket.end]).toEqual([[], null]);
    become("administrator");
    clock.advance(ALIVE_EVERY_MS);
    await delay();
    sink.log.info("then");
    clock.advance(GATHER_MS);
    expect(logTexts(heard)).toEqual([["before", "after"], ["then"]]);
  });

  test("and an administrator hears everything meanwhile", () => {
    const { join, picture, clock, activity } = aFeed();
    join("member");
    const { heard } = join();
    activity.add(anEntry());
    picture.update({ commands: [aCommand()] });
    clock.advance(GATHER_MS);
    expect(heard.map(({ type }) => type)).toEqual(["snapshot", "activity", "update"]);
  });
});

describe("what Home Assistant says of somebody is asked again", () => {
  test("at once when the link changes: the page begins anew, without being loaded again", async () => {
    const { join, picture, clock } = aFeed();
    picture.update({ commands: [aCommand()] });
    const { heard, become } = join("unconfirmed");
    expect(heard).toMatchObject([{ access: { standing: "unconfirmed", rights: ["look"] }, commands: [] }]);
    become("administrator");
    picture.update({ gateway: { link: LINKED.link } });
    await delay();
    expect(heard.slice(1)).toMatchObject([
      { type: "update" },
      { type: "snapshot", access: ADMINISTRATOR, gateway: { link: { status: "linked" } }, commands: [aCommand()] },
    ]);
    clock.advance(ALIVE_EVERY_MS);
    await delay();
    expect(heard.map(({ type }) => type)).toEqual(["snapshot", "update", "snapshot", "alive"]);
  });

  test("every 15 s: rights that were taken away are gone, and with them the log and the activity", async () => {
    const { join, sink, activity, clock } = aFeed();
    const { heard, connection, become } = join();
    connection.take('{"type":"follow_log","level":"info"}');
    become("member");
    clock.advance(ALIVE_EVERY_MS);
    await delay();
    sink.log.info("private");
    activity.add(anEntry());
    clock.advance(GATHER_MS);
    expect(heard.map(({ type }) => type)).toEqual(["snapshot", "log", "alive", "snapshot"]);
    expect(heard.at(-1)).toMatchObject({ access: MEMBER });
  });

  test("but who is the same hears nothing of it, nor who has left", async () => {
    const { join, clock } = aFeed();
    const [same, gone] = [join(), join()];
    gone.become("member");
    clock.advance(ALIVE_EVERY_MS);
    gone.connection.leave();
    await delay();
    expect([same, gone].map(({ heard }) => heard.map(({ type }) => type))).toEqual([
      ["snapshot", "alive"],
      ["snapshot", "alive"],
    ]);
  });
});

describe("on the wire", () => {
  const headers = { "X-Remote-User-Id": "anna" };

  test("a page of whom Home Assistant does not know yet begins with less, and gets the rest by itself", async () => {
    let answer: boolean | null = null;
    const { feed, picture } = await aStage({ ingressPeer: INGRESS, admins: () => Promise.resolve(answer) });
    const page = feed(headers, INGRESS);
    expect(await page.next()).toMatchObject({ type: "snapshot", access: { standing: "unconfirmed" } });
    answer = true;
    picture.update({ gateway: { link: LINKED.link } });
    expect(await page.next()).toMatchObject({ type: "update" });
    expect(await page.next()).toMatchObject({ type: "snapshot", access: ADMINISTRATOR });
  });

  test("a Home Assistant that does not answer keeps no page waiting", async () => {
    const { promise: asked, resolve: answer } = Promise.withResolvers<boolean>();
    const clock = new ManualClock();
    const { feed } = await aStage({ ingressPeer: INGRESS, admins: () => asked, clock });
    const page = feed(headers, INGRESS);
    await expect.poll(() => clock.nextIn ?? Infinity, { interval: 1 }).toBeLessThanOrEqual(1000);
    clock.advance(1000);
    expect(await page.next()).toMatchObject({ type: "snapshot", access: { standing: "unconfirmed" } });
    answer(false);
    expect(await page.next()).toMatchObject({ type: "snapshot", access: MEMBER });
  });
});

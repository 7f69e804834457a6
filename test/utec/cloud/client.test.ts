import { describe, expect, it, onTestFinished } from "vitest";
import { Secrets } from "../../../src/log.ts";
import { Problem } from "../../../src/problem.ts";
import { systemRandom } from "../../../src/random.ts";
import { UtecClient } from "../../../src/utec/cloud/client.ts";
import { CloudProblem } from "../../../src/utec/cloud/cloud-problem.ts";
import { Transport } from "../../../src/utec/cloud/transport.ts";
import { ManualClock } from "../../clock.ts";
import { DEFERRED, INVALID_TOKEN, TinyCloud, TinyKeeper, lockStates } from "../tiny-cloud.ts";
import type { Reply } from "../tiny-cloud.ts";

async function start(): Promise<{ cloud: TinyCloud; keeper: TinyKeeper; client: UtecClient; clock: ManualClock }> {
  const cloud = await TinyCloud.start();
  const keeper = new TinyKeeper();
  const clock = new ManualClock();
  const transport = new Transport();
  const secrets = new Secrets();
  secrets.add("access-token-1");
  const { url } = cloud;
  const client = new UtecClient({
    actionUrl: () => url,
    tokens: keeper,
    transport,
    secrets,
    clock,
    random: systemRandom,
  });
  onTestFinished(() => transport.close());
  return { cloud, keeper, clock, client };
}

const DOOR = { id: "door", customData: undefined };
const LOCK = { capability: "st.lock", name: "lock" };
const ACCEPTED: Reply = { payload: { devices: [{ id: "door", states: DEFERRED }] } };

describe("the U-tec client", () => {
  it("sends each action in the envelope, with a fresh message id and the bearer token", async () => {
    const { cloud, client } = await start();
    await client.listDevices("home");
    await client.listDevices("home");
    expect(cloud.actions[0]).toMatchObject({
      token: "access-token-1",
      header: { namespace: "Uhome.Device", name: "Discovery", payloadVersion: "1" },
      payload: {},
    });
    const ids = cloud.actions.map(({ header }) => (header as { messageId: string }).messageId);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(2);
  });

  it("sends each device's custom data back, in queries and in commands, and invents none", async () => {
    const { cloud, client } = await start();
    const withData = { id: "door", customData: { userId: 7 } };
    await client.query("home", [withData, { id: "gate", customData: undefined }]);
    await client.command("home", withData, LOCK);
    expect(cloud.actions.map((action) => action.payload)).toEqual([
      { devices: [{ id: "door", customData: { userId: 7 } }, { id: "gate" }] },
      { devices: [{ id: "door", customData: { userId: 7 }, command: LOCK }] },
    ]);
  });

  it("returns what the cloud answers about a command's device: accepted, done, or its error", async () => {
    const { cloud, client } = await start();
    cloud.on("Command", ACCEPTED);
    expect(await client.command("home", DOOR, LOCK)).toMatchObject({ id: "door", error: undefined, capabilities: [] });
    cloud.on("Command", { payload: { devices: [{ id: "door", states: lockStates("Locked") }] } });
    expect(await client.command("home", DOOR, LOCK)).toMatchObject({ lock_state: "locked" });
    const error = { code: "DEVICE_OFFLINE", message: "It is offline." };
    cloud.on("Command", { payload: { devices: [{ id: "door", error }] } });
    expect(await client.command("home", DOOR, LOCK)).toMatchObject({ error });
    cloud.on("Command", { payload: { devices: [] } });
    expect(await client.command("home", DOOR, LOCK)).toBeNull();
    cloud.on("Command", { status: 204, body: "" });
    expect(await client.command("home", DOOR, LOCK)).toBeNull();
  });

  describe("when the cloud refuses the access token", () => {
    const REFUSALS: [string, Reply][] = [
      ["INVALID_TOKEN at HTTP 200", INVALID_TOKEN],
      ["TOKEN_EXPIRED at HTTP 200", { payload: { error: { code: "TOKEN_EXPIRED" } } }],
      ["UNAUTHORIZED at HTTP 200, in another casing", { payload: { Error: { Code: "unauthorized" } } }],
      ["HTTP 401 with an empty body", { status: 401, body: "" }],
      ["HTTP 401 with HTML", { status: 401, body: "<html></html>" }],
      ["INVALID_TOKEN at HTTP 403", { status: 403, ...INVALID_TOKEN }],
    ];

    it.each(REFUSALS)("uses a newer token and tries once more: %s", async (_case, refusal) => {
      const { cloud, keeper, client } = await start();
      cloud.on("Command", ({ token }) => (token === "access-token-1" ? refusal : ACCEPTED));
      await client.command("home", DOOR, LOCK);
      expect(keeper.invalidated).toEqual([1]);
      expect(cloud.actions.map(({ token }) => token)).toEqual(["access-token-1", "access-token-2"]);
    });

    it("never loops: a new token that is refused too is not replaced again for ten minutes", async () => {
      const { cloud, keeper, clock, client } = await start();
      cloud.on("Query", INVALID_TOKEN);
      const refused = { code: "cloud_error", cloudCode: "INVALID_TOKEN", mayHaveActed: false };
      await expect(client.query("home", [DOOR])).rejects.toMatchObject(refused);
      expect(cloud.actions).toHaveLength(2);
      await expect(client.query("home", [DOOR])).rejects.toMatchObject(refused);
      expect(cloud.actions).toHaveLength(3);
      expect(keeper.invalidated).toEqual([1]);
      clock.advance(10 * 60_000);
      await expect(client.query("home", [DOOR])).rejects.toMatchObject(refused);
      expect(keeper.invalidated).toEqual([1, 2]);
    });

    it("asks for a handful of new tokens in a day in which the cloud refuses each, and for one at once after that", async () => {
      const { cloud, keeper, clock, client } = await start();
      cloud.on("Query", INVALID_TOKEN);
      for (let minutes = 0; minutes < 24 * 60; minutes += 5) {
        await expect(client.query("home", [DOOR])).rejects.toMatchObject({ code: "cloud_error" });
        clock.advance(5 * 60_000);
      }
      expect(keeper.invalidated.length).toBeLessThanOrEqual(7);
      expect(keeper.invalidated.length).toBeGreaterThan(3);
      const before = keeper.invalidated.length;
      cloud.on("Query", { payload: {} });
      await client.query("home", [DOOR]);
      cloud.on("Query", INVALID_TOKEN);
      await expect(client.query("home", [DOOR])).rejects.toMatchObject({ code: "cloud_error" });
      expect(keeper.invalidated).toHaveLength(before + 1);
    });

    it("counts a new token that many calls at once see refused as one: the next is requested ten minutes later", async () => {
      const { cloud, keeper, clock, client } = await start();
      cloud.on("Query", INVALID_TOKEN);
      await Promise.allSettled(Array.from({ length: 5 }, () => client.query("home", [DOOR])));
      expect(new Set(keeper.invalidated)).toEqual(new Set([1]));
      clock.advance(10 * 60_000);
      await expect(client.query("home", [DOOR])).rejects.toBeInstanceOf(CloudProblem);
      expect(keeper.invalidated.at(-1)).toBe(2);
    });

    it.each<[string, Reply]>([
      ["a firewall's 403", { status: 403, body: '{"message":"Forbidden"}' }],
      ["a 403 with a web page", { status: 403, body: "<html>Blocked</html>" }],
      ["a proxy's 407", { status: 407, body: "" }],
      ["a redirect", { status: 302, body: "" }],
      ["a 404", { status: 404, body: "{}" }],
      ["a captive portal's page", { status: 200, body: "<html>Welcome</html>" }],
    ])("does not mistake for a refused token: %s", async (_case, reply) => {
      const { cloud, keeper, client } = await start();
      cloud.on("Query", reply);
      for (let times = 0; times < 20; times++) {
        await expect(client.query("home", [DOOR])).rejects.toBeInstanceOf(CloudProblem);
      }
      expect(keeper.invalidated).toEqual([]);
    });

    it("replaces a token at once when it had worked in between", async () => {
      const { cloud, keeper, client } = await start();
      cloud.on("Query", INVALID_TOKEN);
      await expect(client.query("home", [DOOR])).rejects.toBeInstanceOf(CloudProblem);
      cloud.on("Query", { payload: {} });
      await client.query("home", [DOOR]);
      cloud.on("Query", ({ token }) => (token === "access-token-2" ? INVALID_TOKEN : { payload: {} }));
      await client.query("home", [DOOR]);
      expect(keeper.invalidated).toEqual([1, 2]);
    });

    it("does not ask again with the same token", async () => {
      const { cloud, keeper, client } = await start();
      keeper.invalidate = (account) => keeper.getToken(account);
      cloud.on("Query", INVALID_TOKEN);
      await expect(client.query("home", [DOOR])).rejects.toMatchObject({ code: "cloud_error" });
      expect(cloud.actions).toHaveLength(1);
    });

    it("reports that a sign-in is needed when the keeper does", async () => {
      const { cloud, keeper, client } = await start();
      keeper.trouble = new Problem("sign_in_needed", "Sign in.");
      await expect(client.query("home", [DOOR])).rejects.toMatchObject({ code: "sign_in_needed" });
      expect(cloud.actions).toHaveLength(0);
    });
  });

  it.each<[string, Reply]>([
    ["at HTTP 500", { status: 500, body: '{"message":"no such token: access-token-1"}' }],
    ["at HTTP 200", { payload: { error: { code: "BAD-REQUEST", message: "no such token: access-token-1" } } }],
  ])("passes on the cloud's own words without the token that they quote: %s", async (_case, reply) => {
    const { cloud, client } = await start();
    cloud.on("Query", reply);
    await expect(client.query("home", [DOOR])).rejects.toThrow("no such token: [secret]");
  });

  it("passes on the words of a device's error without the token that they quote", async () => {
    const { cloud, client } = await start();
    const error = { code: "BAD-REQUEST", message: "no such token: access-token-1" };
    cloud.on("Command", { payload: { devices: [{ id: "door", error }] } });
    expect((await client.command("home", DOOR, LOCK))?.error?.message).toBe("no such token: [secret]");
  });

  describe("names each failure, and whether the cloud may have acted", () => {
    const FAILURES: [string, Reply, object][] = [
      ["400 without a body", { status: 400, body: "" }, { code: "cloud_error", mayHaveActed: false }],
      [
        "500 in the way of the API gateway",
        { status: 500, body: '{"message":"Internal server error"}' },
        { code: "cloud_error", mayHaveActed: true, message: expect.stringContaining("Internal server error") },
      ],
      ["502 with HTML", { status: 502, body: "<html>Bad gateway</html>" }, { code: "cloud_error", mayHaveActed: true }],
      [
        "503 that says when",
        { status: 503, body: "", headers: { "retry-after": "30" } },
        { code: "cloud_error", retry_after_s: 30 },
      ],
      [
        "429",
        { status: 429, body: "", headers: { "retry-after": "12" } },
        { code: "rate_limited", retry_after_s: 12, mayHaveActed: false },
      ],
      [
        "a redirect",
        { status: 302, body: "", headers: { location: "/x" } },
        { code: "cloud_error", mayHaveActed: false },
      ],
      [
        "an error of the whole request at HTTP 200",
        { payload: { error: { code: "BAD-REQUEST", message: "No such capability" } } },
        { code: "cloud_error", cloudCode: "BAD-REQUEST", mayHaveActed: false },
      ],
      ["HTML at HTTP 200", { body: "<!doctype html>" }, { code: "cloud_answer_unreadable", mayHaveActed: true }],
      ["half a JSON document", { body: '{"payload":' }, { code: "cloud_answer_unreadable", mayHaveActed: true }],
      ["JSON that is no object", { body: "[]" }, { code: "cloud_answer_unreadable", mayHaveActed: true }],
    ];

    it.each(FAILURES)("%s", async (_case, reply, problem) => {
      const { cloud, client } = await start();
      cloud.on("Command", reply);
      await expect(client.command("home", DOOR, LOCK)).rejects.toMatchObject({ ...problem, retryable: true });
      expect(cloud.count("Command")).toBe(1);
    });

    it("an answer that was lost", async () => {
      const { cloud, client } = await start();
      cloud.on("Command", "lost");
      const lost = client.command("home", DOOR, LOCK);
      await expect(lost).rejects.toMatchObject({ code: "cloud_unreachable", mayHaveActed: true });
      expect(cloud.count("Command")).toBe(1);
    });

    it("a cloud that can't be reached", async () => {
      const { cloud, client } = await start();
      cloud.stop();
      const refused = client.command("home", DOOR, LOCK);
      await expect(refused).rejects.toMatchObject({ code: "cloud_unreachable", mayHaveActed: false });
    });
  });

  it("concludes nothing from an answer without a list, and understands an empty list as no devices", async () => {
    const { cloud, client } = await start();
    cloud.on("Discovery", { status: 204, body: "" });
    expect(await client.listDevices("home")).toBeNull();
    cloud.on("Discovery", { payload: { devices: [] } });
    expect(await client.listDevices("home")).toMatchObject({ records: [] });
  });
});

import { describe, expect, test } from "vitest";
import { Problem, PROBLEM_CODES } from "../../../src/problem.ts";
import { STATUS_OF_PROBLEM } from "../../../src/http/api/problem-details.ts";
import { SECRET_FIELDS } from "../../../src/keeper/providers/provider-description.ts";
import { allProviders } from "../../../src/keeper/providers/providers.ts";
import { aDevice, anAccount } from "../../state/models.ts";
import { aStage } from "../stage.ts";

const DETAILS = {
  name: "Cabin",
  client_id: "client-2",
  client_secret: "a secret of the cabin",
  redirect_uri: "http://localhost/oauth/callback",
};

describe("reading", () => {
  test("the state is the picture's snapshot, also after a change", async () => {
    const { ask, picture } = await aStage();
    expect((await ask("/api/state")).json).toEqual(picture.snapshot());
    picture.update({ devices: [aDevice({ lock_state: "unlocked" })] });
    expect((await ask("/api/state")).json).toEqual(picture.snapshot());
  });

  test("accounts, devices and commands are the picture's, also after a change", async () => {
    const { ask, post, picture } = await aStage();
    expect((await ask("/api/accounts")).json).toEqual({ accounts: [anAccount()] });
    expect((await ask("/api/devices")).json).toEqual({ devices: [aDevice()] });
    expect((await ask("/api/commands")).json).toEqual({ commands: [] });
    picture.update({ removed_accounts: ["home"], removed_devices: ["other"] });
    await post("/api/commands", { device_id: "door", name: "lock" });
    expect((await ask("/api/accounts")).json).toEqual({ accounts: [] });
    expect((await ask("/api/commands")).json).toEqual({ commands: picture.commands() });
  });

  test("an account's events are the keeper's", async () => {
    const { ask, desk } = await aStage();
    desk.history.push({ at: 1, kind: "signed_in", generation: 1, class: null, code: null, message: "Signed in." });
    expect((await ask("/api/accounts/events?account_id=home")).json).toEqual({
      events: desk.history.map((event) => ({ ...event, said: { key: "signed_in", params: {} } })),
    });
    expect((await ask("/api/accounts/events?account_id=none")).json?.["code"]).toBe("account_not_found");
  });

  test("the log's tail is cut by level and limit", async () => {
    const { ask, sink } = await aStage();
    for (const text of ["one", "two", "three"]) sink.log.info(text, { door: "front" });
    sink.log.debug("quiet");
    const { json } = await ask("/api/log?level=info&limit=2");
    expect(json?.["records"]).toMatchObject([{ message: "two" }, { message: "three", fields: { door: "front" } }]);
    expect((await ask("/api/log")).text).toContain("quiet");
  });

  test("HEAD is answered like GET, without the body", async () => {
    const { ask } = await aStage();
    const [head, get] = [await ask("/api/state", { method: "HEAD" }), await ask("/api/state")];
    expect([head.status, head.text, head.headers["content-length"]]).toEqual([200, "", String(get.text.length)]);
  });

  test("no answer of the API may be kept by a browser", async () => {
    const { ask } = await aStage();
    for (const path of ["/api/state", "/api/log", "/health", "/nothing"]) {
      expect((await ask(path)).headers["cache-control"], path).toBe("no-store");
    }
  });
});

describe("accounts", () => {
  test("adding one answers 201 with the account, and never with its secret", async () => {
    const { post, desk, ask } = await aStage();
    const { status, json, text } = await post("/api/accounts", DETAILS);
    expect(status).toBe(201);
    expect(json).toMatchObject({ id: "account-1", name: "Cabin", client_id: "client-2" });
    expect(text + (await ask("/api/state")).text).not.toContain(DETAILS.client_secret);
    expect(desk.secretsOf.get("account-1")).toBe(DETAILS.client_secret);
  });

  test("a client secret is scrubbed from the log from the moment in which it arrives", async () => {
    const { post, sink } = await aStage();
    await post("/api/accounts", DETAILS);
    await post("/api/accounts/update", { account_id: "home", client_secret: "another new secret" });
    sink.log.info(`typed: ${DETAILS.client_secret}, another new secret`);
    expect(sink.tail().at(-1)?.message).toBe("typed: [secret], [secret]");
  });

  test("every provider is described, and none of what it describes names a secret", async () => {
    const { ask } = await aStage();
    const { json, text } = await ask("/api/providers");
    const ids = allProviders().map(({ id }) => id);
    expect(json).toMatchObject({ providers: ids.map((id) => ({ id })) });
    expect(text).toContain('"name":"password","label":"Password"');
  });

  test("the secrets of every provider's accounts are scrubbed from the log, as they came and as they are kept", async () => {
    const { post, sink } = await aStage();
    const secrets = SECRET_FIELDS.map((field) => [field, `canary of the ${field}`] as const);
    await post("/api/accounts", { name: "Cabin", provider: "login", ...Object.fromEntries(secrets) });
    await post("/api/accounts/update", { account_id: "home", password: 'password: "another canary"' });
    sink.log.info(`typed: ${secrets.map(([, secret]) => secret).join(", ")}, another canary`);
    expect(sink.tail().at(-1)?.message).toBe(`typed: ${"[secret], ".repeat(secrets.length)}[secret]`);
  });

  test("an account's settings are the keeper's, for who may change them", async () => {
    const { ask, desk, picture } = await aStage();
    expect((await ask("/api/accounts/settings?account_id=home")).json).toEqual(desk.settings("home"));
    expect((await ask("/api/accounts/settings?account_id=none")).json?.["code"]).toBe("account_not_found");
    expect((await ask("/api/accounts/settings")).json).toMatchObject({ code: "bad_request", field: "account_id" });
    expect(JSON.stringify(picture.snapshot())).not.toContain("secrets_set");
  });

  test("an update changes what was said and leaves the rest", async () => {
    const { post, desk } = await aStage();
    const { json } = await post("/api/accounts/update", { account_id: "home", name: "House" });
    expect(json).toEqual(anAccount({ name: "House" }));
    expect(desk.secretsOf.size).toBe(0);
  });

  test("an update says when to refresh, and null takes a number away", async () => {
    const { post } = await aStage();
    const change = { automatic_refresh: false, refresh_buffer_share: 0.2, idle_interval_ms: 43_200_000 };
    const { json } = await post("/api/accounts/update", { account_id: "home", ...change });
    expect(json).toMatchObject(change);
    const taken = await post("/api/accounts/update", { account_id: "home", idle_interval_ms: null });
    expect(taken.json).toMatchObject({ refresh_buffer_share: 0.2, idle_interval_ms: null });
    for (const wrong of [{ automatic_refresh: "off" }, { refresh_buffer_ms: "60000" }, { automatic_refresh: null }]) {
      const { status, json: problem } = await post("/api/accounts/update", { account_id: "home", ...wrong });
      expect([status, problem?.["field"]]).toEqual([400, Object.keys(wrong)[0]]);
    }
  });

  test("a sign-in is begun with the cloud's page and ended with what was pasted", async () => {
    const { post, desk } = await aStage();
    expect((await post("/api/accounts/authorise", { account_id: "home" })).json).toEqual({
      url: "https://cloud.example/authorise?state=home",
      expires_at: 1_800_000_000_000,
    });
    const pasted = "http://localhost/oauth/callback?code=4711&state=home";
    const { status, json } = await post("/api/accounts/exchange", { account_id: "home", callback_url: pasted });
    expect([status, json?.["status"]]).toEqual([200, "fresh"]);
    expect(desk.exchanged).toEqual([{ callback_url: pasted, account_id: "home" }]);
  });

  test("refresh, sign out, keep and remove reach the keeper", async () => {
    const { post, ask } = await aStage();
    expect((await post("/api/accounts/refresh", { account_id: "home" })).json).toMatchObject({ refresh_count: 1 });
    expect((await post("/api/accounts/sign-out", { account_id: "home" })).json).toMatchObject({ reason: "signed_out" });
    expect((await post("/api/accounts/keep", { account_id: "home" })).json).toMatchObject({ left_options_at: null });
    const removed = await post("/api/accounts/remove", { account_id: "home" });
    expect([removed.status, removed.text]).toEqual([204, ""]);
    expect((await ask("/api/accounts")).json).toEqual({ accounts: [] });
  });

  test("a refresh that came too soon says when to come again", async () => {
    const { post, desk } = await aStage();
    desk.fault = new Problem("rate_limited", "Wait a little.", { retryable: true, retry_after_s: 12.3 });
    const { status, headers, json } = await post("/api/accounts/refresh", { account_id: "home" });
    expect([status, headers["retry-after"]]).toEqual([429, "13"]);
    expect(json).toEqual({
      type: "about:blank",
      title: "Too Many Requests",
      status: 429,
      detail: "Wait a little.",
      code: "rate_limited",
      retryable: true,
      retry_after_s: 12.3,
    });
  });
});

describe("devices and commands", () => {
  test("discovery is asked for and not waited for", async () => {
    const stage = await aStage();
    const { status, json } = await stage.post("/api/devices/discover", {});
    expect([status, json, stage.discoveries]).toEqual([202, {}, 1]);
  });

  test("a device is named and pinned, and says what the cloud calls it", async () => {
    const { ask, post, picture } = await aStage();
    const { status, json } = await post("/api/devices/arrange", { device_id: "door", name: " Porch ", place: 1 });
    expect([status, json]).toEqual([200, picture.device("door")]);
    expect(json).toMatchObject({ name: "Porch", cloud_name: "Front door", place: 1 });
    expect((await ask("/api/devices")).json).toMatchObject({ devices: [{ name: "Porch" }] });
    const refused = await post("/api/devices/arrange", { device_id: "door", name: "two\nlines" });
    expect([refused.status, refused.json?.["field"]]).toEqual([400, "name"]);
    const back = await post("/api/devices/arrange", { device_id: "door", name: null, place: null });
    expect(back.json).toMatchObject({ name: "Front door", place: null });
  });

  test("a device is removed by its id", async () => {
    const { ask, post, picture } = await aStage();
    expect((await post("/api/devices/remove", { device_id: "door" })).status).toBe(204);
    expect(picture.devices()).toEqual([]);
    expect((await ask("/api/devices")).json).toEqual({ devices: [] });
    expect((await post("/api/devices/remove", { device_id: "door" })).json?.["code"]).toBe("device_not_found");
  });

  test("a command is answered with its record once the cloud has accepted it", async () => {
    const { post, ask, picture, door } = await aStage();
    const { status, json } = await post("/api/commands", { device_id: "door", name: "unlock" });
    expect([status, json]).toEqual([202, picture.command("command-1")]);
    expect(door.requests[0]?.origin).toEqual({ kind: "api", name: null, automation: false });
    expect((await ask("/api/commands?id=command-1")).json).toEqual({ commands: [json] });
    expect((await ask("/api/commands?id=command-2")).json).toMatchObject({ status: 404, code: "command_not_found" });
  });

  test("a command goes on with its arguments, its asker's own id and deadline", async () => {
    const { post, door } = await aStage();
    const command = { device_id: "door", name: "set_mode", args: { mode: "passage" }, id: "mine", deadline_at: 5 };
    const { status, json } = await post("/api/commands", command);
    expect([status, json]).toMatchObject([202, { id: "mine", args: { mode: "passage" }, deadline_at: 5 }]);
    expect(door.requests).toMatchObject([command]);
  });

  test("a command of a browser is the page's", async () => {
    const { post, door, port } = await aStage();
    const headers = { origin: `http://127.0.0.1:${port}`, "sec-fetch-site": "same-origin" };
    await post("/api/commands", { device_id: "door", name: "lock" }, { headers });
    expect(door.requests[0]?.origin).toEqual({ kind: "page", name: null, automation: false });
  });

  test("a command that the cloud did not accept is an error", async () => {
    const { post, door } = await aStage();
    door.fault = new Problem("device_offline", "The front door is offline.", { retryable: true });
    const { status, json } = await post("/api/commands", { device_id: "door", name: "lock" });
    expect([status, json?.["detail"]]).toEqual([409, "The front door is offline."]);
  });
});

describe("what goes wrong", () => {
  test.each(PROBLEM_CODES)("the problem %s has a status of its own kind and keeps its words", async (code) => {
    const { post, desk } = await aStage();
    desk.fault = new Problem(code, `This is ${code}.`, { field: "account_id" });
    const { status, headers, json } = await post("/api/accounts/sign-out", { account_id: "home" });
    expect(status).toBe(STATUS_OF_PROBLEM[code]);
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(json).toMatchObject({ code, detail: `This is ${code}.`, field: "account_id", retryable: false });
  });

  test("a bug is answered without a word about itself, and logged", async () => {
    const { post, desk, sink } = await aStage();
    desk.fault = new TypeError("cannot read properties of /data/vault.db");
    const { status, json, text } = await post("/api/accounts/sign-out", { account_id: "home" });
    expect([status, json?.["code"]]).toEqual([500, "internal"]);
    expect(text).not.toContain("vault");
    expect(sink.tail("error").at(-1)?.fields).toMatchObject({ error: { message: expect.stringContaining("vault") } });
  });

  test("an address that is not there is a problem too", async () => {
    const { ask } = await aStage();
    for (const path of ["/api", "/api/", "/api/state/", "/API/state", "/api/nothing", "/..%2f..%2fetc/passwd"]) {
      const { status, json } = await ask(path);
      expect([path, status, json?.["code"]]).toEqual([path, 404, "not_found"]);
    }
  });

  test("a wrong method is named together with the right ones", async () => {
    const { ask } = await aStage();
    const cases = [
      ["DELETE", "/api/accounts", "GET, HEAD, POST"],
      ["POST", "/api/state", "GET, HEAD"],
      ["GET", "/api/accounts/remove", "POST"],
      ["OPTIONS", "/api/commands", "GET, HEAD, POST"],
      ["PUT", "/health", "GET, HEAD"],
    ] as const;
    for (const [method, path, allowed] of cases) {
      const { status, headers, json } = await ask(path, { method });
      expect([path, status, headers.allow, json?.["code"]]).toEqual([path, 405, allowed, "method_not_allowed"]);
    }
  });
});

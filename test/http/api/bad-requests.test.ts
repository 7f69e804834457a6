import { describe, expect, test } from "vitest";
import { aStage, buildPage } from "../stage.ts";

describe("a wrong request is answered with the field that is wrong, and what is accepted", () => {
  const account = { name: "n", client_id: "c", client_secret: "secret of n", redirect_uri: "r" };
  test.each([
    ["/api/accounts", {}, "name", /missing/],
    ["/api/accounts", { ...account, provider: 7 }, "provider", /must be text/],
    ["/api/accounts", { ...account, password: ["p"] }, "password", /must be text/],
    ["/api/accounts", { ...account, name: undefined }, "name", /missing/],
    ["/api/accounts", { ...account, client_id: 7 }, "client_id", /must be text/],
    ["/api/accounts", { ...account, client_secret: null }, "client_secret", /must be text/],
    ["/api/accounts", { ...account, redirect_uri: ["r"] }, "redirect_uri", /must be text/],
    ["/api/accounts", { ...account, owner: "options" }, "owner", /name, client_id, client_secret, redirect_uri/],
    ["/api/accounts", '{"__proto__": {}}', "__proto__", /not a field/],
    ["/api/accounts/update", { name: "House" }, "account_id", /missing/],
    ["/api/accounts/update", { account_id: "home", name: {} }, "name", /must be text/],
    ["/api/accounts/update", { account_id: "home", status: "fresh" }, "status", /not a field/],
    ["/api/accounts/authorise", { account: "home" }, "account", /only account_id/],
    ["/api/accounts/exchange", { account_id: "home" }, "callback_url", /missing/],
    ["/api/accounts/exchange", { account_id: "home", callback_url: 4711 }, "callback_url", /must be text/],
    ["/api/accounts/refresh", { account_id: true }, "account_id", /must be text/],
    ["/api/accounts/sign-out", {}, "account_id", /missing/],
    ["/api/accounts/keep", {}, "account_id", /missing/],
    ["/api/accounts/remove", { account_id: "home", force: true }, "force", /only account_id/],
    ["/api/devices/discover", { account_id: "home" }, "account_id", /none is accepted/],
    ["/api/commands", { name: "lock" }, "device_id", /missing/],
    ["/api/commands", { device_id: "door" }, "name", /missing.*lock, unlock/],
    ["/api/commands", { device_id: "door", name: "explode" }, "name", /lock, unlock/],
    ["/api/commands", { device_id: "door", name: "set_level", args: 40 }, "args", /must be an object/],
    ["/api/commands", { device_id: "door", name: "set_level", args: [40] }, "args", /must be an object/],
    ["/api/commands", { device_id: "door", name: "lock", id: 7 }, "id", /must be text/],
    ["/api/commands", { device_id: "door", name: "lock", deadline_at: "soon" }, "deadline_at", /epoch milliseconds/],
    ["/api/commands", { device_id: "door", name: "lock", deadline_at: 1.5 }, "deadline_at", /epoch milliseconds/],
    ["/api/commands", { device_id: "door", name: "lock", origin: { kind: "home_assistant" } }, "origin", /not a field/],
  ])("POST %s %j: %s", async (path, body, field, sentence) => {
    const { ask, desk, door, picture } = await aStage();
    const before = picture.snapshot();
    const { status, json } = await ask(path, { method: "POST", body });
    expect([status, json?.["code"], json?.["field"]]).toEqual([400, "bad_request", field]);
    expect(json?.["detail"]).toMatch(sentence);
    expect([picture.snapshot(), desk.exchanged, door.requests]).toEqual([before, [], []]);
  });

  test.each([
    ["/api/log?level=loud", "level"],
    ["/api/log?limit=0", "limit"],
    ["/api/log?limit=1001", "limit"],
    ["/api/log?limit=1e2", "limit"],
    ["/api/log?limit=-5", "limit"],
    ["/api/log?limit=5&limit=6", "limit"],
    ["/api/log?since=0", "since"],
    ["/api/activity?limit=0", "limit"],
    ["/api/activity?limit=501", "limit"],
    ["/api/activity?limit=1&limit=2", "limit"],
    ["/api/activity?before=0", "before"],
    ["/api/activity?before=last", "before"],
    ["/api/activity?before=1.5", "before"],
    ["/api/activity?kind=opened", "kind"],
    ["/api/activity?kind=state_changed,", "kind"],
    ["/api/activity?device_id=a&device_id=b", "device_id"],
    ["/api/activity?after=1", "after"],
    ["/api/accounts/events", "account_id"],
    ["/api/accounts/events?account_id=a&account_id=b", "account_id"],
    ["/api/commands?command=1", "command"],
    ["/api/commands?id=1&id=2", "id"],
  ])("GET %s", async (path, field) => {
    const { ask } = await aStage();
    expect((await ask(path)).json).toMatchObject({ status: 400, code: "bad_request", field });
  });
});

describe("a body that cannot be read", () => {
  test.each([
    ["no JSON", "name=lock"],
    ["half a JSON", '{"device_id": "door"'],
    ["a list", "[]"],
    ["a number", "7"],
    ["null", "null"],
    ["text", '"lock"'],
  ])("%s is a bad request", async (_case, body) => {
    const { ask } = await aStage();
    const { json } = await ask("/api/commands", { method: "POST", body });
    expect(json).toMatchObject({ status: 400, code: "bad_request" });
  });

  test("an empty body is a body without fields", async () => {
    const { ask } = await aStage();
    const headers = { "content-type": "application/json" };
    expect((await ask("/api/commands", { method: "POST", headers })).json).toMatchObject({ field: "device_id" });
    expect((await ask("/api/devices/discover", { method: "POST", headers })).status).toBe(202);
  });

  test("more than 64 KiB is refused, also when the length is not said", async () => {
    const { ask } = await aStage();
    const body = JSON.stringify({ device_id: "x".repeat(64 * 1024) });
    expect((await ask("/api/commands", { method: "POST", body })).json).toMatchObject({ code: "payload_too_large" });
    const headers = { "transfer-encoding": "chunked" };
    expect((await ask("/api/commands", { method: "POST", body, headers })).status).toBe(413);
  });

  test("compressed bodies and foreign character sets are refused", async () => {
    const { ask } = await aStage();
    for (const headers of [
      { "content-type": "application/json", "content-encoding": "gzip" },
      { "content-type": "application/json; charset=koi8-r" },
    ]) {
      const { json } = await ask("/api/commands", { method: "POST", body: "{}", headers });
      expect(json).toMatchObject({ status: 415, code: "unsupported_media_type" });
    }
  });

  test("what the body held is neither answered nor logged", async () => {
    const { ask, sink } = await aStage();
    const body = '{"client_secret": "hunter2hunter2", ';
    expect((await ask("/api/accounts", { method: "POST", body })).text).not.toContain("hunter2");
    expect(JSON.stringify(sink.tail())).not.toContain("hunter2");
  });
});

test("an address with broken escapes is a problem, not a bug", async () => {
  const { ask, sink, pageFolder } = await aStage();
  buildPage(pageFolder);
  for (const path of ["/%", "/%E0%A4%A", "/assets/%00", "//", "/api/commands?id=%"]) {
    const { status } = await ask(path);
    expect([path, status < 500]).toEqual([path, true]);
  }
  expect(sink.tail("error")).toEqual([]);
});

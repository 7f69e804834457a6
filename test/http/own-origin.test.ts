import { describe, expect, test } from "vitest";
import { INGRESS, aStage } from "./stage.ts";

const command = { device_id: "door", name: "unlock" };

describe("acting is for the gateway's own page and for programs that are no browser", () => {
  test.each([
    ["another site", { origin: "https://evil.example" }],
    ["another port of this machine", { origin: "http://127.0.0.1:1" }],
    ["a sandboxed frame or a file", { origin: "null" }],
    ["a name that only begins alike", { origin: "http://127.0.0.1.evil.example" }],
    ["another scheme", { origin: "chrome-extension://127.0.0.1" }],
    ["a browser that does not say from where", { "sec-fetch-site": "cross-site" }],
    ["a browser that claims to be the same site", { "sec-fetch-site": "same-origin" }],
  ])("%s is refused, and nothing is sent to the cloud", async (_case, headers) => {
    const { post, door } = await aStage();
    const { status, json } = await post("/api/commands", command, { headers });
    expect([status, json?.["code"], door.requests]).toEqual([403, "forbidden", []]);
  });

  test("the gateway's own page and a program without a browser are let through", async () => {
    const { post, port, door } = await aStage();
    for (const host of [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `[::1]:${port}`,
      "LOCALHOST",
      "gateway.localhost:80",
    ]) {
      const own = { host, origin: `http://${host.toLowerCase()}`, "sec-fetch-site": "same-origin" };
      expect([host, (await post("/api/commands", command, { headers: own })).status]).toEqual([host, 202]);
      expect([host, (await post("/api/commands", command, { headers: { host } })).status]).toEqual([host, 202]);
    }
    expect(door.requests).toHaveLength(10);
  });

  test("behind ingress the page's host is Home Assistant's, as the browser or a proxy before it names it", async () => {
    const { post } = await aStage({ ingressPeer: INGRESS, admins: () => Promise.resolve(true) });
    const by = async (headers: Record<string, string>): Promise<number> =>
      (await post("/api/commands", command, { headers: { "x-remote-user-id": "anna", ...headers }, from: INGRESS }))
        .status;
    const origin = "https://home.example";
    expect(await by({ origin, host: "home.example" })).toBe(202);
    expect(await by({ origin, host: "home.example:443" })).toBe(202);
    expect(await by({ origin, host: "supervisor", "x-forwarded-host": "proxy.example, home.example" })).toBe(202);
    expect(await by({ origin: "https://evil.example", host: "home.example" })).toBe(403);
    expect(await by({ origin, host: "home.example:8123" })).toBe(403);
  });

  test("a forwarded host is believed of ingress only", async () => {
    const { post } = await aStage();
    const headers = { origin: "https://evil.example", "x-forwarded-host": "evil.example" };
    expect((await post("/api/commands", command, { headers })).status).toBe(403);
  });
});

describe("a page that rebinds its own name to this machine", () => {
  test.each(["evil.example", "evil.example:8099", "localhost.evil.example", "127.0.0.1.evil.example", "not a host"])(
    "sees and does nothing as %s",
    async (host) => {
      const { ask, post, door } = await aStage();
      for (const path of ["/", "/api/state", "/api/log", "/health"]) {
        expect([path, (await ask(path, { headers: { host } })).status]).toEqual([path, 403]);
      }
      await post("/api/commands", command, { headers: { host, origin: `http://${host}` } });
      expect(door.requests).toEqual([]);
    },
  );

  test("the sign-in's way back stands apart: its state proves where it began", async () => {
    const { ask } = await aStage();
    const { status } = await ask("/oauth/callback?code=1&state=2", { headers: { host: "gateway.example" } });
    expect(status).toBe(303);
  });
});

describe("bodies are JSON by name", () => {
  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""])(
    "%s, which a form of another page can send, is refused",
    async (type) => {
      const { post, door } = await aStage();
      const { status, json } = await post("/api/commands", command, { headers: { "content-type": type } });
      expect([status, json?.["code"], door.requests]).toEqual([415, "unsupported_media_type", []]);
    },
  );

  test("parameters and letter case do not matter", async () => {
    const { post } = await aStage();
    for (const type of ["application/json; charset=utf-8", "Application/JSON"]) {
      expect((await post("/api/commands", command, { headers: { "content-type": type } })).status).toBe(202);
    }
  });
});

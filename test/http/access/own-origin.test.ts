import { describe, expect, test } from "vitest";
import { assertOwnHost, assertOwnOrigin } from "../../../src/http/access/own-origin.ts";
import { INGRESS, aStage } from "../stage.ts";

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

describe("through a proxy, with the password, the page's own host is the one that the browser asked for", () => {
  const origin = "https://gateway.example";
  const inside = "127.0.0.1:8099";

  test.each([
    ["the host as it was", { origin, host: "gateway.example" }, 202],
    ["the host with the port of its scheme", { origin, host: "gateway.example:443" }, 202],
    ["a forwarded host", { origin, host: inside, "x-forwarded-host": "gateway.example" }, 202],
    ["the first of several", { origin, host: inside, "x-forwarded-host": "gateway.example, inner.example" }, 202],
    ["the last of several", { origin, host: inside, "x-forwarded-host": "outer.example,gateway.example" }, 202],
    [
      "the standard's header",
      { origin, host: inside, forwarded: "for=10.0.0.1;host=gateway.example;proto=https" },
      202,
    ],
    [
      "the same in quotes",
      { origin, host: inside, forwarded: 'for="[::1]", Host="gateway.example"; proto=https' },
      202,
    ],
    ["a host without its port", { origin: `${origin}:8443`, host: "gateway.example" }, 403],
    [
      "a port of its own",
      { origin: `${origin}:8443`, host: inside, "x-forwarded-host": "gateway.example", "x-forwarded-port": "8443" },
      202,
    ],
    ["nothing of the browser's host", { origin, host: inside }, 403],
    ["an empty forwarded host", { origin, host: inside, "x-forwarded-host": "" }, 403],
    ["a host of another kind", { origin, host: inside, forwarded: "by=gateway.example" }, 403],
    ["a scheme that is none of the web", { origin: "ftp://gateway.example", host: "gateway.example" }, 403],
    [
      "another page",
      { origin: "https://evil.example", host: "gateway.example", "x-forwarded-host": "gateway.example" },
      403,
    ],
    ["a page of another port", { origin: `${origin}:444`, host: "gateway.example" }, 403],
    [
      "a page that somebody on the way forged without encryption",
      { origin: "http://gateway.example", host: "gateway.example", "x-forwarded-proto": "https" },
      403,
    ],
    [
      "the same, by the standard's header",
      { origin: "http://gateway.example", host: "gateway.example", forwarded: "proto=https" },
      403,
    ],
    [
      "a proxy that does not encrypt",
      { origin: "http://gateway.example", host: "gateway.example", "x-forwarded-proto": "http" },
      202,
    ],
    ["a proxy behind one that encrypts", { origin, host: "gateway.example", "x-forwarded-proto": "http" }, 202],
  ])("%s", async (_case, headers, expected) => {
    const { post, door } = await aStage({ password: "p" });
    const authorization = `Basic ${Buffer.from(":p").toString("base64")}`;
    const { status, json } = await post("/api/commands", command, { headers: { ...headers, authorization } });
    expect([status, door.requests.length]).toEqual([expected, expected === 202 ? 1 : 0]);
    if (expected === 403) expect(json?.["detail"]).toMatch(/own page .* reverse proxy pass on the Host header/);
  });
});

test("of who is let in by the address alone no forwarded host is believed", () => {
  const by = "loopback";
  const headers = { origin: "http://gateway.example", host: "localhost", "x-forwarded-host": "gateway.example" };
  expect(() => assertOwnOrigin({ by }, headers)).toThrow(/own page/);
  expect(() => assertOwnOrigin({ by: "password" }, headers)).not.toThrow();
});

test("a request without a host is nobody's own", () => {
  const visitor = { by: "loopback", user_id: null, user_name: null } as const;
  expect(() => assertOwnHost(visitor, {})).toThrow(/open it as localhost or by IP address/);
  expect(() => assertOwnOrigin(visitor, { origin: "http://localhost" })).toThrow(/own page/);
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

import { describe, expect, test, vi } from "vitest";
import { SESSION_LIFE_MS } from "../../../src/http/access/sessions.ts";
import { ManualClock } from "../../clock.ts";
import { MemorySessions, aStage, buildPage } from "../stage.ts";
import type { Answer, Asked, Stage } from "../stage.ts";

const PASSWORD = "a good & long password";
const BROWSER = {
  accept: "text/html,application/xhtml+xml,*/*;q=0.8",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
};

describe("who has not given the password", () => {
  test("sees nothing, from this machine either: programs are told how it is given", async () => {
    const { ask } = await aStage({ password: PASSWORD });
    for (const path of [
      "/",
      "/api/state",
      "/metrics",
      "/health",
      "/api/session",
      "/oauth/callback?code=1",
      "/icon.svg",
    ]) {
      const { status, headers, json } = await ask(path);
      expect([path, status, json?.["code"], headers["www-authenticate"]]).toEqual([
        path,
        401,
        "unauthenticated",
        'Basic realm="U-tec Gateway", charset="UTF-8"',
      ]);
    }
    const authorization = basic(PASSWORD);
    for (const path of ["/metrics", "/health", "/api/state"]) {
      expect((await ask(path, { headers: { authorization, host: "nas.example" } })).status).toBe(200);
    }
  });

  test("may ask whether the process lives", async () => {
    const { ask } = await aStage({ password: PASSWORD });
    const headers = { "x-forwarded-for": "203.0.113.9", host: "gateway.example" };
    expect((await ask("/health/live", { headers })).json).toEqual({ status: "ok", version: "1.2.3" });
    const closed = await aStage();
    expect((await closed.ask("/health/live", { headers })).status).toBe(200);
  });

  test.each([
    ["/", "./login"],
    ["/index.html", "./login?to=%2Findex.html"],
    ["/oauth/callback?code=4711&state=abc", "./../login?to=%2Foauth%2Fcallback%3Fcode%3D4711%26state%3Dabc"],
    [`/?${"x".repeat(2000)}`, "./login"],
  ])("is led to the form by a browser at %s, by a way that holds under any prefix", async (path, way) => {
    const { ask } = await aStage({ password: PASSWORD });
    const { status, headers } = await ask(path, { headers: { ...BROWSER, "sec-fetch-mode": "navigate" } });
    expect([status, headers.location, headers["www-authenticate"]]).toEqual([303, way, undefined]);
  });

  test.each(["/health", "/metrics", "/api/state"])(
    "is not led from %s, where a monitor would take the form for good health",
    async (path) => {
      const { ask } = await aStage({ password: PASSWORD });
      const { status, json, headers } = await ask(path, { headers: { ...BROWSER } });
      expect([status, json?.["code"], headers["www-authenticate"]]).toEqual([401, "unauthenticated", undefined]);
    },
  );

  test.each([
    ["a fetch of the page", { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" }],
    ["a fetch over plain HTTP", { "user-agent": BROWSER["user-agent"] }],
    ["a POST of the page", { origin: "http://nas.example", host: "nas.example" }],
    ["an image of the page", { accept: "image/svg+xml,image/*", "user-agent": BROWSER["user-agent"] }],
  ])("gets no dialog of the browser's own by %s", async (_case, headers) => {
    const { ask } = await aStage({ password: PASSWORD });
    const answer = await ask("/api/state", { headers: { accept: "*/*", ...headers } });
    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, undefined]);
  });

  test("does not hear the live feed", async () => {
    const { feed, port } = await aStage({ password: PASSWORD });
    const host = `127.0.0.1:${port}`;
    expect((await feed({ origin: `http://${host}` }).refused()).json).toMatchObject({ code: "unauthenticated" });
    expect((await feed({ authorization: basic("wrong") }).refused()).status).toBe(401);
    expect(await feed({ authorization: basic(PASSWORD) }).next()).toMatchObject({ type: "snapshot" });
  });
});

describe("the form", () => {
  test("is a page by itself, without a script, under a strict policy", async () => {
    const { ask } = await aStage({ password: PASSWORD });
    const { status, headers, text } = await ask("/login", { headers: BROWSER });
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; /);
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*|https?:/);
    // With `no-referrer` a browser would send the form as "Origin: null".
    expect(headers).toMatchObject({ "referrer-policy": "same-origin", "cache-control": "no-store" });
    expect(text).toContain('<form method="post">');
    expect(text).toMatch(/<input type="password" name="password" autocomplete="current-password"/);
    expect(text).not.toMatch(/<script|(?:src|href|action)="\//);
  });

  test("lets in who gives the password, and leads back to where that was", async () => {
    const stage = await aStage({ password: PASSWORD });
    buildPage(stage.pageFolder);
    const { status, headers } = await logIn(stage, PASSWORD);
    expect([status, headers.location]).toEqual([303, "./"]);
    const { ask, post, port, feed } = stage;
    const cookie = cookieOf(headers);
    const own = { cookie, origin: `http://127.0.0.1:${port}` };
    expect((await ask("/", { headers: { ...BROWSER, cookie } })).status).toBe(200);
    expect((await ask("/api/session", { headers: { cookie } })).json).toMatchObject({
      by: "password",
      standing: "administrator",
      logged_in: true,
    });
    expect((await post("/api/commands", { device_id: "door", name: "lock" }, { headers: own })).status).toBe(202);
    expect(await feed(own).next()).toMatchObject({ type: "snapshot" });
    // The other way in is none to log out of.
    expect((await ask("/api/session", { headers: { authorization: basic(PASSWORD) } })).json).toMatchObject({
      by: "password",
      logged_in: false,
    });
  });

  test.each([
    ["/oauth/callback?code=4711&state=abc", "./oauth/callback?code=4711&state=abc"],
    ["/", "./"],
    ["//evil.example/", "./"],
    ["/..//evil.example/", "./"],
    ["https://evil.example/", "./"],
    ["\\\\evil.example", "./"],
    ["javascript:alert(1)", "./"],
    ["/\r\nSet-Cookie: a=b", "./Set-Cookie:%20a=b"],
    ["/Ω", "./%CE%A9"],
  ])("leads to %j as %s", async (to, location) => {
    const stage = await aStage({ password: PASSWORD });
    const path = `/login?to=${encodeURIComponent(to)}`;
    const { headers } = await logIn(stage, PASSWORD, {}, path);
    expect(headers.location).toBe(location);
    // Who is in already needs no form.
    const again = await stage.ask(path, { headers: { ...BROWSER, cookie: cookieOf(headers) } });
    expect([again.status, again.headers.location]).toEqual([303, location]);
  });

  test("says what is wrong, and stays", async () => {
    const stage = await aStage({ password: PASSWORD });
    const wrong = await logIn(stage, "a <b>guess</b>");
    expect([wrong.status, wrong.headers["set-cookie"]]).toEqual([401, undefined]);
    expect(wrong.text).toContain("The password is wrong");
    expect(wrong.text).toContain('<form method="post">');
    expect(wrong.text).not.toContain("guess");
    expect(wrong.headers["www-authenticate"]).toBeUndefined();
    expect((await logIn(stage, "")).text).toContain("Enter the password that was set");
    for (let tries = 1; tries < 10; tries += 1) await logIn(stage, "guess");
    const late = await logIn(stage, PASSWORD);
    expect([late.status, late.headers["retry-after"]]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect(late.text).toContain("wait a minute");
  });

  test("is sent by itself only", async () => {
    const stage = await aStage({ password: PASSWORD });
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "null", "sec-fetch-site": "cross-site" },
      { origin: undefined, "sec-fetch-site": "cross-site" },
    ]) {
      const { status, headers: got } = await logIn(stage, PASSWORD, headers);
      expect([headers, status, got["set-cookie"]]).toEqual([headers, 403, undefined]);
    }
    // Where a proxy's own Referrer-Policy takes the origin away.
    expect((await logIn(stage, PASSWORD, { origin: "null", "sec-fetch-site": "same-origin" })).status).toBe(303);
    // A script of the owner's own.
    expect((await logIn(stage, PASSWORD, { origin: undefined })).status).toBe(303);
  });

  test("takes no more than a password, and no other method", async () => {
    const stage = await aStage({ password: PASSWORD });
    expect((await logIn(stage, "x".repeat(5000))).json).toMatchObject({ code: "payload_too_large" });
    const { headers } = await stage.ask("/login", { method: "DELETE" });
    expect(headers.allow).toBe("GET, HEAD, POST");
    const json = await stage.ask("/login", { method: "POST", body: { password: PASSWORD } });
    expect([json.status, json.headers["set-cookie"]]).toEqual([400, undefined]);
  });

  test("is none where there is no password: the page stands open, or says why it does not", async () => {
    const stage = await aStage();
    expect((await stage.ask("/login", { headers: BROWSER })).headers.location).toBe("./");
    expect((await logIn(stage, PASSWORD)).status).toBe(403);
    const headers = { ...BROWSER, "x-forwarded-for": "203.0.113.9" };
    for (const path of ["/", "/login"]) {
      const { status, text, headers: got } = await stage.ask(path, { headers });
      expect([path, status, got["content-type"]]).toEqual([path, 403, "text/html; charset=utf-8"]);
      expect(text).toContain("set UTEC_GATEWAY_PASSWORD");
    }
    const api = await stage.ask("/api/state", { headers });
    expect(api.json).toMatchObject({ code: "forbidden", detail: expect.stringContaining("UTEC_GATEWAY_PASSWORD") });
  });

  test("writes down who logs in, and no password", async () => {
    const stage = await aStage({ password: PASSWORD });
    await logIn(stage, "another secret");
    const cookie = cookieOf((await logIn(stage, PASSWORD)).headers);
    const log = JSON.stringify(stage.sink.tail("trace"));
    expect(log).toContain("Somebody logged in");
    for (const secret of ["another secret", PASSWORD, cookie.split("=")[1] ?? cookie])
      expect(log).not.toContain(secret);
  });
});

describe("a session", () => {
  test("is a cookie that no script reads, that no other site's POST carries, and that is as secure as the way", async () => {
    const stage = await aStage({ password: PASSWORD });
    const set = async (headers: Asked["headers"]): Promise<string> =>
      (await logIn(stage, PASSWORD, headers)).headers["set-cookie"]?.[0] ?? "";
    expect(await set({})).toMatch(/^utec_gateway_[0-9a-f]{8}=[\w-]{43}; Max-Age=2592000; HttpOnly; SameSite=Lax$/);
    const host = "gateway.example";
    for (const headers of [
      { host, origin: `https://${host}` },
      { host, origin: "null", "sec-fetch-site": "same-origin", "x-forwarded-proto": "https, http" },
      { host, origin: undefined, forwarded: "for=203.0.113.9;Proto=HTTPS" },
    ]) {
      expect([headers, await set(headers)]).toEqual([headers, expect.stringMatching(/; Secure$/)]);
    }
    expect(await set({ host, origin: `http://${host}`, "x-forwarded-proto": "http" })).not.toContain("Secure");
  });

  test("ends by logging out, everywhere and for whoever copied it, and its live feed with it", async () => {
    const stage = await aStage({ password: PASSWORD });
    const { port, post, ask, feed } = stage;
    const cookie = cookieOf((await logIn(stage, PASSWORD)).headers);
    const other = cookieOf((await logIn(stage, PASSWORD)).headers);
    const [mine, theirs] = [feed({ cookie }), feed({ cookie: other })];
    await Promise.all([mine.next(), theirs.next()]);
    const closed = mine.closed();
    const headers = { cookie, origin: `http://127.0.0.1:${port}` };
    expect((await post("/logout", {}, { headers: { ...headers, origin: "https://evil.example" } })).status).toBe(403);
    const gone = await post("/logout", {}, { headers });
    expect([gone.status, gone.headers["set-cookie"]?.[0]]).toEqual([204, expect.stringMatching(/=; Max-Age=0;/)]);
    expect(await closed).toBe(1008);
    expect((await ask("/api/state", { headers: { cookie } })).status).toBe(401);
    expect((await ask("/api/state", { headers: { cookie: other } })).status).toBe(200);
    expect(theirs.socket.readyState).toBe(theirs.socket.OPEN);
  });

  test("is watched no longer than a live feed is open", async () => {
    const clock = new ManualClock();
    const stage = await aStage({ password: PASSWORD, clock });
    const cookie = cookieOf((await logIn(stage, PASSWORD)).headers);
    const armed = clock.armed;
    const feed = stage.feed({ cookie });
    await feed.next();
    expect(clock.armed).toBeGreaterThan(armed);
    feed.socket.close();
    await vi.waitFor(() => expect(clock.armed).toBe(armed));
  });

  test("outlives a restart, and ends with its time and with another password", async () => {
    const sessions = new MemorySessions();
    const clock = new ManualClock();
    const parts = { password: PASSWORD, sessions, clock };
    const cookie = cookieOf((await logIn(await aStage(parts), PASSWORD)).headers);
    const seen = async (change: Partial<Parameters<typeof aStage>[0]> = {}): Promise<number> =>
      (await (await aStage({ ...parts, ...change })).ask("/api/state", { headers: { cookie } })).status;
    expect(await seen()).toBe(200);
    expect(await seen({ password: "another password" })).toBe(401);
    clock.jump(SESSION_LIFE_MS - 1);
    expect(await seen()).toBe(200);
    clock.jump(1);
    expect(await seen()).toBe(401);
    expect(JSON.stringify(sessions.kept)).not.toContain(cookie.split("=")[1]);
  });

  test("is found among other cookies, and is none of another gateway's", async () => {
    const stage = await aStage({ password: PASSWORD });
    const cookie = cookieOf((await logIn(stage, PASSWORD)).headers);
    const name = cookie.split("=")[0] ?? "";
    const seen = async (cookies: string): Promise<number> =>
      (await stage.ask("/api/state", { headers: { cookie: cookies } })).status;
    expect(await seen(`a=1;${name}=old; ${cookie} ; b=2`)).toBe(200);
    for (const wrong of [`x${cookie}`, `${cookie}x`, `${name}=`, name, "", `${name}=${"A".repeat(43)}`]) {
      expect([wrong, await seen(wrong)]).toEqual([wrong, 401]);
    }
  });
});

function logIn(stage: Stage, password: string, headers: Asked["headers"] = {}, path = "/login"): Promise<Answer> {
  const body = new URLSearchParams({ password }).toString();
  const origin = `http://127.0.0.1:${stage.port}`;
  const sent = { ...BROWSER, "content-type": "application/x-www-form-urlencoded", origin, ...headers };
  const said = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined));
  return stage.ask(path, { method: "POST", body, headers: said });
}

function cookieOf(headers: Answer["headers"]): string {
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

function basic(password: string): string {
  return `Basic ${Buffer.from(`me:${password}`).toString("base64")}`;
}

import { describe, expect, test } from "vitest";
import { Problem } from "../../src/problem.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { aGateway, anAccount } from "../state/models.ts";
import { aStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const EXPIRES_AT = Date.UTC(2026, 10, 28, 12);
const OF_A = {
  base_url: "https://api.u-tec.com",
  oauth_base_url: "https://oauth.u-tec.com",
  access_key: "client",
  secret_key: "***",
  redirect_url: "http://localhost/oauth/callback",
};

async function withAccount(): Promise<Stage> {
  const stage = await aStage();
  stage.picture.update({ accounts: [anAccount({ expires_at: EXPIRES_AT })] });
  return stage;
}

describe("the way to the cloud's sign-in page", () => {
  test("of B and C", async () => {
    const { ask } = await withAccount();
    const { status, json } = await ask("/api/oauth/authorize-url");
    expect([status, json]).toEqual([200, { url: "https://cloud.example/authorise?state=home", success: true }]);
  });

  test("of A, which writes what it sends first", async () => {
    const { picture, post } = await withAccount();
    const { status, json } = await post("/oauth/start", { ...OF_A, access_key: "other" });
    expect([status, json]).toEqual([200, { authorize_url: "https://cloud.example/authorise?state=home" }]);
    expect(picture.accounts()).toMatchObject([{ client_id: "other" }]);
  });

  test.for(["oauth_base_url", "access_key", "secret_key", "redirect_url"])(
    "of A without %s is refused, and nothing is written",
    async (key) => {
      const { picture, post } = await withAccount();
      const written = { ...OF_A, access_key: "other", [key]: "" };
      for (const path of ["/oauth/start", "/oauth/exchange"]) {
        expect(await post(path, { ...written, code: "code" })).toMatchObject({
          status: 400,
          json: { detail: `Missing: ${key}.` },
        });
      }
      expect(picture.accounts()).toMatchObject([{ client_id: "client" }]);
    },
  );

  test("without an account, or without its details, is a sentence", async () => {
    const { ask, desk } = await withAccount();
    desk.fault = new Problem("misconfigured", "Home has no redirect URI.");
    expect(await ask("/api/oauth/authorize-url")).toMatchObject({
      status: 400,
      json: { detail: "Home has no redirect URI." },
    });
    const empty = await aStage({ picture: new LivePicture(aGateway()) });
    expect(await empty.ask("/api/oauth/authorize-url")).toMatchObject({
      status: 400,
      json: { detail: expect.stringMatching(/no account yet/) as string },
    });
  });
});

const MASKED = { access_token: "***", refresh_token: "***", token_type: "Bearer", expires_in: 604_800 };

describe("the end of a sign-in", () => {
  test("of B and C tells the token's life, and no token", async () => {
    const { desk, post } = await withAccount();
    const { status, json } = await post("/api/oauth/exchange", { code: "canary-code" });
    expect([status, json]).toEqual([200, { status: "ok", message: "Tokens obtained", data: MASKED }]);
    expect(desk.exchanged).toEqual([{ callback_url: "canary-code", account_id: "home" }]);
  });

  test.for([
    [{ code: "the-code" }, "the-code"],
    [{ callback_url: "https://example.test/cb?code=c&state=s" }, "https://example.test/cb?code=c&state=s"],
    [{ code: "the-code", callback_url: "https://example.test/cb" }, "the-code"],
    [{ code: "", callback_url: "https://example.test/cb?code=c" }, "https://example.test/cb?code=c"],
  ] as const)("of A with %j", async ([given, callback_url]) => {
    const { desk, post } = await withAccount();
    const { status, json } = await post("/oauth/exchange", { ...OF_A, ...given });
    expect([status, json]).toEqual([200, MASKED]);
    expect(desk.exchanged).toEqual([{ callback_url, account_id: "home" }]);
  });

  test("without a code is refused by both", async () => {
    const { desk, post } = await withAccount();
    const refused = { status: 400, json: { detail: "Missing code" } };
    expect(await post("/api/oauth/exchange", {})).toMatchObject(refused);
    expect(await post("/oauth/exchange", OF_A)).toMatchObject(refused);
    expect(desk.exchanged).toEqual([]);
  });

  test.for([
    ["code_refused", 400],
    ["other_user", 400],
    ["cloud_unreachable", 502],
    ["cloud_error", 502],
  ] as const)("that ends in %s is %i to A, and 500 to B and C, with the sentence", async ([code, status]) => {
    const { desk, post } = await withAccount();
    const problem = new Problem(code, "Why, and what to do.");
    const json = { detail: "Why, and what to do." };
    desk.fault = problem;
    expect(await post("/oauth/exchange", { ...OF_A, code: "code" })).toMatchObject({ status, json });
    desk.fault = problem;
    expect(await post("/api/oauth/exchange", { code: "code" })).toMatchObject({ status: 500, json });
  });
});

describe("a refresh that somebody asks for", () => {
  test("says until when the token is good", async () => {
    const { ask, post } = await withAccount();
    const done = {
      status: "ok",
      message: "Token refreshed successfully",
      expires_at: "2026-11-28T12:00:00",
    };
    expect((await post("/api/oauth/refresh")).json).toEqual(done);
    expect((await ask("/api/oauth/refresh", { method: "POST" })).json).toEqual(done);
  });

  test.for(["sign_in_needed", "cloud_unreachable", "rate_limited"] as const)(
    "and that ends in %s is 500, as B and C expect it",
    async (code) => {
      const { desk, log, post } = await withAccount();
      desk.fault = new Problem(code, "Why, and what to do.", { retry_after_s: 29.5 });
      const got = await post("/api/oauth/refresh");
      expect(got).toMatchObject({ status: 500, json: { detail: "Token refresh failed: Why, and what to do." } });
      expect(got.headers["retry-after"]).toBe("30");
      expect(log().filter(({ level }) => level === "error")).toEqual([]);
    },
  );

  test("and that meets a bug is told without it, and the log has it", async () => {
    const { desk, log, post } = await withAccount();
    desk.fault = new Error("canary of a bug");
    const got = await post("/api/oauth/refresh");
    expect(got).toMatchObject({ status: 500, json: { detail: expect.stringMatching(/its log says what/) as string } });
    expect(got.text).not.toContain("canary");
    expect(JSON.stringify(log().filter(({ level }) => level === "error"))).toContain("canary of a bug");
  });
});

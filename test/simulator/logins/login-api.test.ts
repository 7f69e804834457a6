import { describe, expect, test } from "vitest";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import {
  LOGIN_API_CLIENT,
  LOGIN_API_DATA,
  LOGIN_API_USER,
  startLoginApi,
} from "../../../src/simulator/logins/login-api.ts";
import type { LoginApiSettings } from "../../../src/simulator/logins/login-api.ts";
import { LOGIN_SHAPES } from "../../../src/simulator/logins/login-answers.ts";
import { state } from "../../keeper/scripted-clouds.ts";
import { houseBeside, untilTestEnds } from "./stage.ts";

const anApi = (settings: Partial<LoginApiSettings> = {}) => untilTestEnds(startLoginApi({ settings }));
const house = (api: { readonly url: string }) => houseBeside(api, loginProvider());
const user = (url: string) => ({ provider: "login", name: "Pool", url, ...LOGIN_API_USER }) as const;

describe("the simulated login API", () => {
  test.each(LOGIN_SHAPES)("gives its token as `%s`, which the gateway finds and the API takes", async (shape) => {
    const api = await anApi({ shape });
    const { keeper } = house(api);
    const { value } = await keeper.getToken(keeper.addAccount(user(api.url)).id);
    const answer = await fetch(api.url + LOGIN_API_DATA, { headers: { authorization: `Bearer ${value}` } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ degrees: 21 });
    api.cloud.tokens.expire();
    const later = await fetch(api.url + LOGIN_API_DATA, { headers: { authorization: `Bearer ${value}` } });
    expect(later.status).toBe(401);
    expect(api.cloud.counters.at("data")).toEqual({ readings: { ok: 1, expired: 1 } });
  });

  test.each<[string, Partial<LoginApiSettings>, object, string]>([
    ["a user name", { formats: ["json_username"], path: "/oauth/token" }, {}, "json_username"],
    ["a form", { formats: ["form"], path: "/" }, {}, "form"],
    ["a form among web pages", { formats: ["form"], path: "/api/login", elsewhere: "page" }, {}, "form"],
    ["a form where all else wants a token", { formats: ["form"], path: "/api/login", elsewhere: "401" }, {}, "form"],
    ["JSON among redirects", { path: "/api/login", elsewhere: "redirect" }, {}, "json_email"],
    [
      "a client's id and secret",
      { formats: ["client_credentials"], path: "/auth/oauth/token" },
      { username: "", password: "", ...LOGIN_API_CLIENT },
      "client_credentials",
    ],
  ])("is found where it wants %s", async (_, settings, details, format) => {
    const api = await anApi(settings);
    const built = house(api);
    await built.keeper.getToken(built.keeper.addAccount({ ...user(api.url), ...details }).id);
    expect(state(built)?.attempts.at(-1)).toMatchObject({
      outcome: "accepted",
      format,
      url: api.url + (settings.path ?? ""),
    });
  });

  test.each<LoginApiSettings["refusal"]>(["401", "401_empty", "400_oauth", "403", "404_user", "423", "200_error"])(
    "says no to a wrong password by `%s`, which is told as that",
    async (refusal) => {
      const api = await anApi({ refusal, formats: ["json_email", "json_username", "form"], path: "/oauth/token" });
      const built = house(api);
      const { id } = built.keeper.addAccount({ ...user(api.url), password: "wrong-password" });
      await built.planned(id);
      expect(state(built)).toMatchObject({ status: "misconfigured", last_error: { code: "credentials_refused" } });
      expect(state(built)?.attempts.map(({ outcome }) => outcome)).toEqual(["refused", "refused", "refused"]);
    },
  );

  test("fails as it is told to over HTTP, and counts what it was asked", async () => {
    const api = await anApi({ path: "/oauth/token" });
    const post = (name: string, body: object): Promise<Response> =>
      fetch(`${api.url}/control/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect((await post("fault", { where: "login", kind: "rate_limited", retry_after_s: 60 })).status).toBe(200);
    expect(await (await post("set", { shape: "round" })).json()).toMatchObject({ code: "bad_request", field: "shape" });
    const built = house(api);
    const { id } = built.keeper.addAccount(user(api.url));
    await built.planned(id);
    expect(state(built)?.attempts).toMatchObject([{ outcome: "outage" }]);
    expect(await built.planned(id)).toBeGreaterThan(55_000);
    expect(state(built)).toMatchObject({ status: "fresh" });
    expect(api.cloud.counters.at("login")).toEqual({ "/oauth/token json_email": { rate_limited: 1, ok: 1 } });
    await post("set", { outage: true });
    await expect(fetch(api.url)).rejects.toThrow();
  });
});

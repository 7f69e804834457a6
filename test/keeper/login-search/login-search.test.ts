import { describe, expect, test } from "vitest";
import { again, granted, state } from "../scripted-clouds.ts";
import {
  attempts,
  BASE,
  CLIENT,
  DETAILS,
  loginCloudsForEach,
  missing,
  PATHS,
  record,
  refuses,
  told,
} from "./login-clouds.ts";

const build = loginCloudsForEach();

describe("the search for a login", () => {
  test("asks the usual paths and the address itself, each once where there is none, and keeps what each said", async () => {
    const { house, asked } = build(missing);
    const { id } = house.keeper.addAccount(DETAILS);
    await house.planned(id);
    expect(told(asked)).toEqual(PATHS.map((path) => `${path} json_email`));
    expect(record(house)).toEqual(PATHS.map((path) => `${path} json_email no_login`));
    expect(attempts(house)[0]).toEqual({
      url: `${BASE}/oauth/token`,
      format: "json_email",
      outcome: "no_login",
      message: "404: there is no login at this address.",
      at: expect.any(Number),
    });
    expect(state(house)).toMatchObject({ status: "misconfigured", next_refresh_at: null });
    expect(state(house)?.last_error?.message).toContain("in none of the usual ways");
  });

  test("asks each format where one is not understood, and never more than the list", async () => {
    const { house, asked } = build(() => Response.json({ message: "email is required." }, { status: 422 }));
    const { id } = house.keeper.addAccount({ ...DETAILS, client_id: "machine", client_secret: "canary_secret" });
    await house.planned(id);
    const formats = ["json_email", "json_username", "form", "client_credentials"];
    expect(told(asked)).toEqual(PATHS.flatMap((path) => formats.map((format) => `${path} ${format}`)));
    expect(attempts(house)[0]?.message).toBe(
      '422: it does not take a login that is sent like this. It said: "email is required".',
    );
  });

  test.each<[string, object, string[]]>([
    ["a user name, which is no e-mail address", { ...DETAILS, username: "ada" }, ["json_username", "form"]],
    ["a client's id and secret", CLIENT, ["client_credentials"]],
  ])("asks for %s in the formats that fit", async (_, details, formats) => {
    const { house, asked } = build(() => Response.json({}, { status: 415 }));
    const { id } = house.keeper.addAccount(details as typeof DETAILS);
    await house.planned(id);
    expect(told(asked)).toEqual(PATHS.flatMap((path) => formats.map((format) => `${path} ${format}`)));
  });

  test.each<[string, string[]]>([
    [`${BASE}/v9/session`, ["/v9/session", ...PATHS.slice(0, -1).map((path) => `/v9/session${path}`)]],
    [
      `${BASE}/api`,
      ["/api", "/api/oauth/token", "/api/auth/oauth/token", "/api/auth/token", "/api/login", "/api/auth/login"],
    ],
    [`${BASE}/api/login`, ["/api/login"]],
    [`${BASE}/enter?tenant=7`, ["/enter"]],
  ])("begins at %s itself, and asks below it where that may be", async (url, paths) => {
    const { house, asked } = build(missing);
    const { id } = house.keeper.addAccount({ ...DETAILS, url });
    await house.planned(id);
    expect(asked.map(({ path }) => path)).toEqual(paths);
    expect(new Set(asked.map((one) => one.origin))).toEqual(new Set([BASE]));
  });

  test("follows no redirect, and says where it stopped", async () => {
    const { house, asked } = build(({ path }) => {
      if (path === "/api/login")
        return new Response(null, { status: 307, headers: { location: "https://elsewhere.test/" } });
      return missing();
    });
    const { id } = house.keeper.addAccount(DETAILS);
    await house.planned(id);
    expect(new Set(asked.map((one) => one.origin))).toEqual(new Set([BASE]));
    expect(attempts(house).find(({ url }) => url.endsWith("/api/login"))).toMatchObject({
      outcome: "no_login",
      message: "307: it leads to another address, to which no password is sent.",
    });
  });

  test("is over with the first token: what worked is asked from then on, and nothing else", async () => {
    const { house, asked } = build(({ path, format }) =>
      path === "/api/login" && format === "json_username"
        ? granted()
        : path === "/api/login"
          ? Response.json({}, { status: 400 })
          : missing(),
    );
    const { id } = house.keeper.addAccount(DETAILS);
    await house.planned(id);
    expect(record(house).slice(-2)).toEqual([
      "/api/login json_email other_format",
      "/api/login json_username accepted",
    ]);
    const searched = asked.length;
    for (let times = 0; times < 5; times++) await house.planned(id);
    expect(told(asked.slice(searched))).toEqual(Array(5).fill("/api/login json_username"));
    house.keeper.updateAccount(id, { name: "The pool" });
    house.keeper.updateAccount(id, { password: "canary_another" });
    await house.planned(id);
    expect(told(asked.slice(searched))).toEqual(Array(6).fill("/api/login json_username"));
    expect(record(house).at(-1)).toBe("/api/login json_username accepted");
  });

  test("stops at the third answer that the password is wrong, and tries a corrected one at once", async () => {
    let wrong = true;
    const { house, asked } = build(() => (wrong ? refuses() : granted()));
    const { id } = house.keeper.addAccount(DETAILS);
    await house.planned(id);
    expect(record(house)).toEqual([
      "/oauth/token json_email refused",
      "/oauth/token json_username refused",
      "/oauth/token form refused",
    ]);
    expect(state(house)).toMatchObject({ status: "misconfigured", next_refresh_at: null });
    expect(state(house)?.last_error).toMatchObject({
      code: "credentials_refused",
      message: expect.stringContaining("(3 of the ways that were tried have said so)"),
    });
    await expect(house.keeper.getToken(id)).rejects.toMatchObject({ code: "misconfigured" });
    house.keeper.updateAccount(id, { name: "The pool" });
    await house.planned(id);
    expect(asked).toHaveLength(3);
    wrong = false;
    house.keeper.updateAccount(id, { password: "canary_another" });
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1 });
    expect(asked).toHaveLength(4);
  });

  test("that found nothing is begun anew by hand alone", async () => {
    const { house, asked, fail } = build(missing);
    const { id } = house.keeper.addAccount(DETAILS);
    await house.planned(id);
    await house.runner.run(again(id));
    fail();
    const next = build(missing, house.folder);
    next.house.keeper.start();
    expect(next.house.runner.plans.size).toBe(0);
    await expect(next.house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "misconfigured" });
    expect([asked.length, next.asked.length]).toEqual([7, 7]);
  });

  test("is searched for once more when it has gone, and goes on with the old one where no other is found", async () => {
    let path = "/api/login";
    const { house, asked } = build((one) => (one.path === path ? granted() : missing()));
    const { id } = house.keeper.addAccount(DETAILS);
    await house.planned(id);
    path = "/nowhere";
    for (let times = 0; times < 8; times++) await house.planned(id);
    expect(state(house)).toMatchObject({ status: "retrying", incident: null });
    expect(told(asked).filter((one) => one === "/api/auth/login json_email")).toHaveLength(1);
    path = "/api/login";
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 2 });
    path = "/api/auth/login";
    for (let times = 0; times < 3; times++) await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 3 });
    const before = asked.length;
    await house.planned(id);
    expect(told(asked.slice(before))).toEqual(["/api/auth/login json_email"]);
  });

  test("sends an old password nowhere once a new one was given", async () => {
    const { house, asked } = build(() => {
      if (asked.length === 2) house.keeper.updateAccount(id, { password: "canary_another" });
      return missing();
    });
    const { id } = house.keeper.addAccount(DETAILS);
    await house.planned(id);
    expect(told(asked)).toEqual([...PATHS.slice(0, 2), ...PATHS].map((path) => `${path} json_email`));
  });

  test("that finds none leaves the word to the token that was entered, and says so", async () => {
    const { house } = build(missing);
    const { id } = house.keeper.addAccount({ ...DETAILS, token: "canary-by-hand" });
    await house.planned(id);
    expect(await house.keeper.getToken(id)).toMatchObject({ value: "canary-by-hand", generation: 0 });
    expect(state(house)).toMatchObject({ status: "misconfigured", token_usable: true });
    expect(state(house)?.last_error?.message).toContain("The token that was entered stands in meanwhile");
  });

  test("shows no secret in its record", async () => {
    const { house } = build(({ format }) =>
      Response.json({ message: `no: ${DETAILS.password} as ${format}` }, { status: 422 }),
    );
    const { id } = house.keeper.addAccount(DETAILS);
    await house.planned(id);
    expect(attempts(house)[0]?.message).toContain("no: [secret] as json_email");
    expect(JSON.stringify([house.keeper.accounts(), house.keeper.events(id), house.lines])).not.toContain(
      DETAILS.password,
    );
  });

  test.each([
    ["holds a quote", (password: string) => `no: ${password} is wrong`],
    ["stands where the cloud's words are cut", (password: string) => `no: ${"x".repeat(145)}${password} is wrong`],
  ])("shows no part of a password that %s", async (_, words) => {
    const password = 'canary"of  the"pool';
    const { house } = build(() => Response.json({ message: words(password) }, { status: 422 }));
    const { id } = house.keeper.addAccount({ ...DETAILS, password });
    await house.planned(id);
    expect(attempts(house)[0]?.message).toContain("[secr");
    expect(JSON.stringify([house.keeper.accounts(), house.lines])).not.toContain("canary");
  });
});

test.each<[object, string]>([
  [{ ...DETAILS, password: "" }, "password"],
  [{ ...DETAILS, username: "" }, "username"],
  [{ ...DETAILS, username: "", password: "" }, "username"],
  [{ ...CLIENT, client_secret: "" }, "client_secret"],
  [{ ...CLIENT, client_id: "" }, "client_id"],
  [{ ...DETAILS, client_id: "machine" }, "client_secret"],
  [{ ...DETAILS, url: "" }, "url"],
  [{ ...DETAILS, url: "cloud.test" }, "url"],
  [{ ...DETAILS, url: "https://ada:pass@cloud.test" }, "url"],
  [{ ...DETAILS, url: "ftp://cloud.test" }, "url"],
  [{ ...DETAILS, username: "a\nb" }, "username"],
  [{ ...DETAILS, token: "Bearer" }, "token"],
])("bad input is refused by the field that is wrong (%#)", (details, field) => {
  const { house } = build(missing);
  expect(() => house.keeper.addAccount(details as typeof DETAILS)).toThrowError(
    expect.objectContaining({ code: "bad_request", field }),
  );
});

import { describe, expect, test } from "vitest";
import { Secrets } from "../../src/log.ts";
import { fromEnvironment, fromOptions } from "./sources.ts";

describe("accounts in the options", () => {
  test("an account that is listed twice counts once, and is named", () => {
    const account = {
      name: "Home",
      client_id: "5f1d0c9be2a74d6c",
      client_secret: "s".repeat(20),
      redirect_uri: "https://x.y/z",
    };
    const { accounts, problems } = fromOptions({
      accounts: [
        account,
        { ...account, name: "Cabin", client_id: "another" },
        { ...account, client_id: ' "5f1d0c9be2a74d6c",' },
      ],
    });
    expect(accounts.map(({ name }) => name)).toEqual(["Home", "Cabin"]);
    expect(problems).toEqual([
      { field: "accounts[2].client_id", message: expect.stringMatching(/Account 3 .* account 1.*once/) },
    ]);
  });

  test("accounts that have no client ID yet are no account twice", () => {
    const empty = { name: "Home", client_id: "", client_secret: "", redirect_uri: "https://x.y/z" };
    expect(fromOptions({ accounts: [empty, empty] }).accounts).toHaveLength(2);
  });

  test("the same user at another address, and the same client at another cloud, are other accounts", () => {
    const login = { provider: "login", name: "Pool", url: "https://a.example", username: "ada", password: "canary-1" };
    const named = [
      login,
      { ...login, name: "Spa", url: "https://b.example" },
      { provider: "yoto", name: "Player", client_id: "same" },
      { provider: "oauth2", name: "Photos", client_id: "same" },
    ];
    const { accounts, problems } = fromOptions({ accounts: [...named, { ...login, name: "Again" }] });
    expect(accounts.map(({ name }) => name)).toEqual(["Pool", "Spa", "Player", "Photos"]);
    expect(problems).toMatchObject([{ field: "accounts[4].username", message: expect.stringContaining("user name") }]);
  });

  test("a secret stays out of the log as it was written and as it is meant", () => {
    const secrets = new Secrets();
    fromOptions({ accounts: [{ name: "Home", client_id: "c", client_secret: '"canary-quoted",' }] }, secrets);
    expect(secrets.scrub("canary-quoted")).toBe("[secret]");
  });

  test("an account's own words on its refresh stand over those for all", () => {
    const account = { client_id: "c", client_secret: "s".repeat(20), redirect_uri: "https://x.y/z" };
    const { accounts, refresh, problems } = fromOptions({
      accounts: [
        { ...account, name: "Home" },
        {
          ...account,
          client_id: "d",
          name: "Cabin",
          automatic_refresh: true,
          refresh_buffer: "20%",
          idle_interval: 12,
        },
        { ...account, client_id: "e", name: "Shed", refresh_buffer: "soon", idle_interval: "" },
      ],
      automatic_refresh: false,
      refresh_buffer: "30",
    });
    expect(refresh).toMatchObject({ automatic_refresh: false, refresh_buffer_ms: 1_800_000 });
    expect(accounts.map((named) => named.refresh)).toEqual([
      refresh,
      {
        automatic_refresh: true,
        refresh_buffer_ms: null,
        refresh_buffer_share: 0.2,
        idle_interval_ms: 12 * 3_600_000,
      },
      refresh,
    ]);
    expect(problems.map(({ field }) => field)).toEqual(["accounts[2].refresh_buffer"]);
  });
});

test("an account in the environment is called as its cloud, and is there as soon as a cloud is named", () => {
  const named = { UTEC_GATEWAY_ACCOUNT_PROVIDER: "yoto", UTEC_GATEWAY_CLIENT_ID: "public" };
  expect(fromEnvironment(named).accounts).toMatchObject([{ provider: "yoto", name: "Yoto", client_id: "public" }]);
  expect(fromEnvironment({ UTEC_GATEWAY_ACCOUNT_PROVIDER: "watttime" }).accounts).toMatchObject([{ name: "WattTime" }]);
  expect(fromEnvironment({ UTEC_GATEWAY_CLIENT_ID: "c" }).accounts).toMatchObject([
    { provider: "utec", name: "U-tec" },
  ]);
  expect(fromEnvironment({}).accounts).toEqual([]);
});

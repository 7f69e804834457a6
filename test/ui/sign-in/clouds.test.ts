import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { otherAccounts } from "../../../ui/mock/clouds/accounts.ts";
import { WRONG_PASSWORD } from "../../../ui/mock/clouds/other-clouds.ts";
import { countClicks } from "../clicks.ts";
import { PageStage, focused } from "../stage.ts";
import { choose, description, field, fill, place } from "./form.ts";

let stage: PageStage;

beforeAll(async () => {
  stage = await PageStage.start();
});
afterEach(() => stage.tidy());
afterAll(() => stage.stop());

describe("which cloud", () => {
  test("is asked first, with U-tec chosen: one click leads on", async () => {
    const { page } = await stage.visit("empty", "overview");
    await page.getByRole("link", { name: "Add account" }).click();
    await expect.poll(() => page.getByRole("radio").first().isChecked()).toBe(true);
    await page.getByRole("radio", { name: "U-tec" }).waitFor();
    const clicks = await countClicks(page);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { name: "Find the OpenAPI screen" }).waitFor();
    expect(clicks()).toBe(1);
  });

  test("is kept for who comes back", async () => {
    const { page } = await stage.visit("empty", "accounts/sign-in");
    const wattTime = page.getByRole("radio", { name: "WattTime" });
    await choose(page, "WattTime");
    await field(page, "User name").waitFor();
    await page.goBack();
    await expect.poll(() => wattTime.isChecked()).toBe(true);
    await page.goForward();
    await field(page, "User name").waitFor();
    await page.getByRole("link", { name: "Back" }).click();
    await expect.poll(() => wattTime.isChecked()).toBe(true);
    await page.goBack();
    await field(page, "User name").waitFor();
  });

  test("that this gateway does not know is said", async () => {
    const { page } = await stage.visit("empty", "accounts/sign-in?step=details&cloud=nonsense");
    await page.getByText("knows no such cloud").waitFor();
    await page.getByRole("link", { name: "Choose a cloud" }).click();
    await page.getByRole("heading", { name: "Which cloud?" }).waitFor();
  });
});

describe("WattTime", () => {
  test("is asked for one thing at a time, and is signed in at once", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts/sign-in");
    await choose(page, "WattTime");
    await field(page, "User name").waitFor();
    expect(await field(page, "Password").count()).toBe(0);
    await page.getByText("Step 2 of 6").waitFor();
    await fill(page, "User name", "anna");
    await page.getByText("Step 3 of 6").waitFor();
    await focused(field(page, "Password")).waitFor();
    await fill(page, "Password", " hunter2 ");
    await fill(page, "Token (optional)", "");
    await page.getByText("Signed in; the token lives 30").waitFor();
    await page.getByRole("link", { name: "Next" }).click();
    await page.getByText("How much carbon the grid's electricity costs").waitFor();
    expect(await page.getByText("lock", { exact: true }).count()).toBe(0);
    await field(page, "Name of this account").fill("Grid");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("Its token is kept alive").waitFor();
    await page.getByRole("heading", { name: "Grid" }).waitFor();
    expect(await page.getByText("Your locks appear here").count()).toBe(0);
    expect(gateway.asked[0]).toEqual({
      path: "/api/accounts",
      body: { provider: "watttime", name: "WattTime", username: "anna", password: " hunter2 " },
    });
  });

  test("a wrong password is said at the end, and corrected on the way back without adding it twice", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts/sign-in?step=details&cloud=watttime");
    await fill(page, "User name", "anna");
    await fill(page, "Password", WRONG_PASSWORD);
    await fill(page, "Token (optional)", "");
    await page.getByText("refused this user name and password").waitFor();
    await page.getByRole("link", { name: "Back" }).click();
    await page.getByText("All else stays as it is.").waitFor();
    await expect.poll(() => field(page, "User name").inputValue()).toBe("anna");
    expect(await field(page, "Password").inputValue()).toBe("");
    expect(await description(page, "Password")).toContain("leave it empty to keep it");
    await field(page, "Password").fill("hunter2");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Signed in; the token lives 30").waitFor();
    expect(gateway.picture.accounts).toHaveLength(1);
    const change = gateway.asked.find(({ path }) => path === "/api/accounts/update");
    expect(Object.keys(change?.body ?? {})).toEqual(["account_id", "password"]);
  });
});

describe("wrong input", () => {
  test.for([
    ["login", "Login's address", "api.example.com", "Put https:// in front"],
    ["login", "Login's address", "", "is needed"],
    ["watttime", "User name", "https://example.com", "This is a web address"],
    ["yoto", "Client ID", "two words", "contains a space"],
    ["static", "Token", "null", "stands in a token's place"],
  ] as const)("%s, %s: “%s” is said beside its field, and nothing is sent", async ([id, label, value, words]) => {
    const { page, gateway } = await stage.visit("empty", `accounts/sign-in?step=details&cloud=${id}`);
    await fill(page, label, value);
    await expect.poll(() => description(page, label)).toContain(words);
    await expect.poll(() => field(page, label).getAttribute("aria-invalid")).toBe("true");
    await focused(field(page, label)).waitFor();
    expect(gateway.asked).toEqual([]);
  });

  test("that only the gateway sees leads back to its field", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts/sign-in?step=details&cloud=login");
    const detail = "The login's address belongs to the account Heat pump already.";
    gateway.problems.set("/api/accounts", { status: 400, code: "bad_request", detail, field: "url" });
    await fill(page, "Login's address", "https://api.example.com");
    await choose(page, "User name and password");
    await fill(page, "User name", "anna");
    await fill(page, "Password", "hunter2");
    await fill(page, "Token (optional)", "");
    await field(page, "Login's address").waitFor();
    await expect.poll(() => description(page, "Login's address")).toBe(detail);
    gateway.problems.clear();
    await fill(page, "Login's address", "https://api.example.net");
    await page.getByRole("button", { name: "Next" }).click();
    await field(page, "User name").waitFor();
    await expect.poll(() => field(page, "User name").inputValue()).toBe("anna");
  });

  test("in a field far above the button is not to be searched for", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts/sign-in?step=details&cloud=oauth2");
    const detail = "Give the issuer, where the discovery document lies, or the token endpoint.";
    gateway.problems.set("/api/accounts", { status: 400, code: "bad_request", detail, field: "issuer" });
    const application = page.getByRole("radio", { name: "The application itself" });
    await application.check();
    await page.getByRole("button", { name: "Next" }).click();
    await field(page, "Client ID").waitFor();
    await page.goBack();
    await focused(application).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await fill(page, "Client ID", "the-client");
    await fill(page, "Client secret", "canary-of-a-secret");
    await fill(page, "Scope (optional)", "read");
    await focused(field(page, "Issuer (optional)")).waitFor();
    expect(await description(page, "Issuer (optional)")).toBe(detail);
  });

  test("of no field in particular is said below them", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts/sign-in?step=details&cloud=static");
    const detail = "The disk is full.";
    gateway.problems.set("/api/accounts", { status: 503, code: "store_failed", detail });
    await fill(page, "Token", "a-token-of-some-cloud");
    await page.getByRole("alert").getByText(detail).waitFor();
    await expect.poll(() => field(page, "Token").inputValue()).toBe("a-token-of-some-cloud");
  });

  test("begins at the first field again when the page was loaded anew", async () => {
    const { page } = await stage.visit("empty", "accounts/sign-in?step=details&cloud=watttime");
    await fill(page, "User name", "anna");
    await field(page, "Password").waitFor();
    await page.reload();
    await field(page, "User name").waitFor();
  });
});

describe("a login", () => {
  test("shows what was tried and what each address said", async () => {
    const { page } = await stage.visit("empty", "accounts/sign-in?step=details&cloud=login");
    await fill(page, "Login's address", "https://api.example.com");
    await choose(page, "User name and password");
    await fill(page, "User name", "anna");
    await fill(page, "Password", "hunter2");
    await fill(page, "Token (optional)", "");
    await page.getByText("Signed in; the token lives 2").waitFor();
    await page.getByText("What was tried (3)").click();
    await page.getByText("HTTP 404: there is nothing at this address.").waitFor();
    await page.getByText("It gave a token.").waitFor();
  });

  test("that nothing took shows it at once, with the way back", async () => {
    const [, , login] = otherAccounts(0);
    const { page, gateway } = await stage.visit("refused-login", place("sign-in", login));
    await page.getByRole("alert").getByText("refused this user name and password").waitFor();
    await page.getByText("HTTP 400: “username is required”.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Signed in; the token lives 2").waitFor();
    expect(gateway.asked.at(-1)?.path).toBe("/api/accounts/refresh");
  });
});

describe("any OAuth server", () => {
  test("signs in in the browser, with the page's own redirect URI suggested", async () => {
    const { page, gateway, url } = await stage.visit("empty", "accounts/sign-in");
    await choose(page, "OAuth 2.0");
    await page.getByRole("button", { name: "Next" }).click();
    await fill(page, "Client ID", "the-client");
    await expect.poll(() => field(page, "Redirect URI").inputValue()).toBe(`${url}oauth/callback`);
    await page.getByRole("button", { name: "Next" }).click();
    await fill(page, "Issuer (optional)", "https://login.example");
    await page.getByText("Sign in with your account there").waitFor();
    await page.getByRole("button", { name: "I already have the address" }).click();
    await page.getByLabel("Address of the page you landed on").fill(`${url}oauth/callback?error=access_denied`);
    await page.getByText("The cloud ended the sign-in with an error (access_denied)").waitFor();
    await page.getByRole("link", { name: "Open the sign-in page" }).click();
    await page.getByRole("link", { name: "Allow access" }).click();
    await page.getByText("Signed in; the token lives 1").waitFor();
    expect(gateway.asked[0]?.body).toEqual({
      provider: "oauth2",
      name: "OAuth 2.0",
      client_id: "the-client",
      redirect_uri: `${url}oauth/callback`,
      issuer: "https://login.example",
    });
  });

  test("needs nobody with client credentials, and sends no redirect URI", async () => {
    const { page, gateway } = await stage.visit("empty", "accounts/sign-in?step=details&cloud=oauth2");
    await page.getByRole("radio", { name: "The application itself" }).check();
    await page.getByRole("button", { name: "Next" }).click();
    await fill(page, "Client ID", "the-client");
    await fill(page, "Client secret", "canary-of-a-secret");
    await fill(page, "Token endpoint (optional)", "https://login.example/token");
    await page.getByText("Signed in; the token lives 1").waitFor();
    expect(gateway.asked[0]?.body).toEqual({
      provider: "oauth2",
      name: "OAuth 2.0",
      grant: "client_credentials",
      client_id: "the-client",
      client_secret: "canary-of-a-secret",
      token_url: "https://login.example/token",
    });
  });
});

test("a static token is stored, and said to need a successor", async () => {
  const { page } = await stage.visit("empty", "accounts/sign-in");
  await choose(page, "Static token");
  await fill(page, "Token", "Bearer a-token-of-some-cloud");
  await page.getByText("The token is stored").waitFor();
  await page.getByRole("link", { name: "Next" }).click();
  await page.getByText("The gateway can't renew it").waitFor();
});

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../../scripts/processes/free-port.ts";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { LOGIN_API_DATA } from "../../../src/simulator/logins/login-api.ts";
import { aFolder } from "../stage.ts";
import { SECRETS, startClouds } from "./clouds.ts";
import type { Clouds } from "./clouds.ts";
import { KINDS, kindName, kindsOf } from "./kinds.ts";
import { contentOfPage, theProduct, visit } from "./visit.ts";
import type { Product, Visit } from "./visit.ts";
import { Wizard } from "./wizard.ts";

/** One gateway for all tests, to which a person adds one account after the other. */
const ends: (() => void | Promise<void>)[] = [];
const atTheEnd = (end: () => void | Promise<void>): void => void ends.unshift(end);

let product: Product;
let clouds: Clouds;
let gateway: GatewayProcess;
let start: () => Promise<GatewayProcess>;
/** What gateways have written that are gone. */
const logs: string[] = [];
let redirectUri: string;
let person: Visit;
let wizard: Wizard;

beforeAll(async () => {
  const port = await freePort();
  redirectUri = `http://127.0.0.1:${port}/oauth/callback`;
  [product, clouds] = await Promise.all([theProduct(atTheEnd), startClouds(atTheEnd, redirectUri)]);
  const dataFolder = aFolder(atTheEnd);
  const environment = { ...clouds.environment, UTEC_GATEWAY_BROKER_PORT: String(await freePort()) };
  start = () => product.start({ dataFolder, cloud: clouds.utec, port, environment });
  gateway = await start();
  person = await visit(product.browser, gateway.url);
  wizard = new Wizard(person.page);
});
afterAll(async () => {
  for (const end of ends) await end();
});

describe("an account is added on the page of a running gateway", () => {
  test("of every kind that the gateway knows: here are all of them", async () => {
    const { providers } = await gateway.get<{ providers: readonly ProviderDescription[] }>("api/providers");
    expect(KINDS.map(kindName).toSorted()).toEqual(providers.flatMap(kindsOf).toSorted());
  });

  test.for(KINDS.map((kind) => [kindName(kind), kind] as const))("%s", async ([, kind]) => {
    const before = (await gateway.state()).accounts.length;
    await wizard.begin(kind.provider);
    await wizard.answer(kind.filled(clouds, redirectUri));
    await kind.signIn(wizard, clouds);
    await wizard.finish(kind.name);
    // A wrong password, a code that was denied: it is one account all the same.
    expect((await gateway.state()).accounts).toHaveLength(before + 1);
  });

  test("and each is shown as what it is", async () => {
    await person.page.getByRole("link", { name: "Accounts", exact: true }).click();
    const shown = async (): Promise<unknown> =>
      Promise.all(
        (await person.page.locator("utec-account-panel").all()).map(async (panel) => [
          await panel.locator("h2").innerText(),
          (await panel.locator(".chip").innerText()).trim(),
        ]),
      );
    await expect.poll(shown, { timeout: 15_000 }).toEqual(KINDS.map(({ name, ends: chip }) => [name, chip]));
    const { accounts } = await gateway.state();
    expect(accounts.filter(({ token_usable }) => !token_usable)).toEqual([]);
    expect(person.complaints).toEqual([]);
  });
});

test("a program is added, asks with the line that the page gives, and is revoked for good", async () => {
  const { page } = person;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const lineOf = async (name: string): Promise<string> => {
    await page.getByText("Add a program").click();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByRole("checkbox", { name: "Heat pump", exact: true }).check();
    await page.getByLabel("Path that it may ask for").fill(LOGIN_API_DATA);
    await page.getByRole("button", { name: "Add program" }).click();
    const made = page.getByRole("group", { name: `The token of ${name} is shown only now.` });
    await made.getByRole("button", { name: "Copy the line" }).click();
    await made.getByRole("button", { name: "Copied", exact: true }).waitFor();
    const line = String(await page.evaluate("navigator.clipboard.readText()"));
    await made.getByRole("button", { name: "I have copied it" }).click();
    return line;
  };
  const line = await lineOf("Dashboard");
  // The broker answers as long as there is a program that may ask.
  const other = await lineOf("Terminal");
  expect(await answerTo(line)).toEqual({
    status: 200,
    type: "application/json",
    body: expect.stringContaining('"degrees":21'),
  });

  await page.reload();
  await page.getByRole("button", { name: "Revoke Dashboard" }).waitFor();
  const tokens = [line, other].map((copied) => /utgc_[\w-]+/.exec(copied)?.[0] ?? copied);
  const content = await contentOfPage(page);
  expect(tokens.filter((token) => content.includes(token))).toEqual([]);

  await page.getByRole("button", { name: "Revoke Dashboard" }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect.poll(() => page.getByText("Revoke Dashboard").count(), { timeout: 15_000 }).toBe(0);
  const revoked = {
    status: 401,
    type: "application/problem+json",
    body: expect.stringContaining('"code":"client_revoked"'),
  };
  expect(await answerTo(line)).toEqual(revoked);
  expect(await gateway.stop()).toBe(0);
  logs.push(gateway.output);
  gateway = await start();
  await expect.poll(() => answerTo(other).catch(String), { timeout: 15_000 }).toMatchObject({ status: 200 });
  expect(await answerTo(line)).toEqual(revoked);
  expect([...logs, gateway.output].filter((log) => tokens.some((token) => log.includes(token)))).toEqual([]);
});

test("nothing secret that was typed is on the page, in an answer, or in the log", async () => {
  const { page, told } = person;
  const look = async (place: string, part: string): Promise<string> => {
    await page.goto(`${gateway.url}/#/${place}`);
    await page.reload();
    await page.locator(part).first().waitFor();
    return contentOfPage(page);
  };
  const shown: string[] = [];
  for (const place of ["overview", "activity", "accounts", "log"]) shown.push(await look(place, `utec-${place}-place`));
  for (const { id } of (await gateway.state()).accounts) {
    shown.push(await look(`accounts/sign-in?step=details&account=${id}`, "utec-sign-in-wizard form"));
  }
  const answers = await Promise.all(
    ["api/state", "api/accounts", "api/log?level=trace", "api/activity?limit=200"].map((path) => gateway.get(path)),
  );
  const written = [...logs, gateway.output];
  // What is no secret is found in each of them.
  for (const texts of [shown, told, [JSON.stringify(answers)]]) expect(texts.join("\n")).toContain("home-of-anna");
  expect(written.join("\n")).toContain("An account was added.");

  const grants = [...clouds.utec.control.grants(), ...clouds.yoto.control.grants()];
  const tokens = grants.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token]);
  expect(tokens.length).toBeGreaterThan(4);
  const all = [...shown, ...told, JSON.stringify(answers), ...written].join("\n");
  const secrets = [...Object.values(SECRETS), ...tokens];
  expect(secrets.filter((secret) => secret !== null && all.includes(secret))).toEqual([]);
});

/** What comes of a line in a shell, as a person pastes it. */
async function answerTo(line: string): Promise<{ status: number; type: string; body: string }> {
  const told = String.raw` -sS -w '\n%{http_code} %{content_type}'`;
  const { stdout } = await promisify(execFile)("sh", ["-c", line + told]);
  const [, body = "", status, type = ""] = /^(.*)\n(\d+) ([^;]*)/s.exec(stdout) ?? [];
  return { status: Number(status), type: type.trim(), body };
}

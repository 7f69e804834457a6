import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AccountState } from "../../src/keeper/account.ts";
import type { HealthProblem } from "../../src/http/status/health.ts";
import type { Snapshot } from "../../src/state/picture.ts";
import { aCloud, aFolder, aGateway, complaintsIn } from "./stage.ts";
import type { Finish } from "./stage.ts";

interface OtherCloud {
  readonly url: string;
  /** What was asked of it: method, path and body. */
  readonly asked: string[];
}

/** A cloud that gives a token of an hour to whoever asks. */
async function anotherCloud(onTestFinished: Finish): Promise<OtherCloud> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""} ${body}`);
      response.setHeader("Content-Type", "application/json");
      response.end(
        JSON.stringify({ access_token: `canary-access-${asked.length}`, token_type: "bearer", expires_in: 3600 }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const isFresh = (name: string) => (state: { readonly accounts: readonly AccountState[] }) =>
  state.accounts.find((account) => account.name === name)?.status === "fresh";

describe.concurrent("a gateway with accounts of other clouds", () => {
  test("keeps their tokens, shows their health and never asks the U-tec cloud for anything", async ({
    onTestFinished,
  }) => {
    const [utec, other] = [await aCloud(onTestFinished), await anotherCloud(onTestFinished)];
    const dataFolder = aFolder(onTestFinished);
    writeFileSync(join(dataFolder, "password.txt"), "canary-password\n");
    writeFileSync(
      join(dataFolder, "accounts.yaml"),
      `- {name: Pool, provider: login, url: '${other.url}/sign-in', username: ada, password_file: password.txt}\n` +
        `- {name: Weather, provider: oauth2, grant: client_credentials, token_url: '${other.url}/token', client_id: c, client_secret: canary-secret}\n` +
        "- {name: Spare, provider: static, token: canary-static-token}\n" +
        `- {name: Nobody, provider: login, url: '${other.url}/nobody'}\n`,
    );
    const gateway = await aGateway(onTestFinished, {
      dataFolder,
      cloud: utec,
      environment: { UTEC_GATEWAY_ACCOUNTS_FILE: "accounts.yaml", UTEC_GATEWAY_REDIRECT_URI: "" },
    });
    const has = (state: Snapshot, status: string): number =>
      state.accounts.filter((one) => one.status === status).length;
    await gateway.waitFor((state) => has(state, "fresh") === 2 && has(state, "static") === 1, "all tokens");
    await gateway.post("api/devices/discover", {});
    const { accounts, devices, gateway: itself } = await gateway.state();
    expect(accounts).toMatchObject([
      {
        name: "Pool",
        provider_label: "Login",
        owner: "options",
        has_devices: false,
        generation: 1,
        token_usable: true,
      },
      { name: "Weather", provider_label: "OAuth 2.0", status: "fresh", expires_at: expect.any(Number) },
      { name: "Spare", provider_label: "Static token", status: "static" },
      {
        name: "Nobody",
        status: "misconfigured",
        last_error: { message: "Give user name and password, or client ID and client secret." },
      },
    ]);
    expect(accounts.map(({ grant }) => grant)).toEqual(["password", "client_credentials", "static", "password"]);
    const [pool] = accounts;
    expect(await gateway.get(`api/accounts/settings?account_id=${pool?.id ?? ""}`)).toEqual({
      account_id: pool?.id,
      fields: { url: `${other.url}/sign-in`, username: "ada" },
      secrets_set: ["password"],
    });
    expect([devices, itself.clouds]).toEqual([[], {}]);
    const history = await gateway.get<{ events: readonly { kind: string }[] }>(
      `api/accounts/events?account_id=${accounts[0]?.id ?? ""}`,
    );
    expect(history.events.length).toBeGreaterThan(0);
    const health = (await (await fetch(`${gateway.url}/health`)).json()) as { problems: readonly HealthProblem[] };
    expect(JSON.stringify(health.problems)).toContain("Nobody");
    expect(JSON.stringify(health.problems)).not.toContain("Pool");
    expect(other.asked).toHaveLength(2);
    expect(utec.control.calls()).toEqual([]);
    const written =
      gateway.output + JSON.stringify(await gateway.state()) + (await (await fetch(`${gateway.url}/api/log`)).text());
    for (const secret of ["canary-password", "canary-secret", "canary-static-token", "canary-access"]) {
      expect(written).not.toContain(secret);
    }
  });

  test("gets one by the API, by what it says of the provider, and keeps it over a restart", async ({
    onTestFinished,
  }) => {
    const [utec, other] = [await aCloud(onTestFinished), await anotherCloud(onTestFinished)];
    const options = { dataFolder: aFolder(onTestFinished), cloud: utec };
    const gateway = await aGateway(onTestFinished, { ...options, environment: { UTEC_GATEWAY_REDIRECT_URI: "" } });
    const { providers } = await gateway.get<{ providers: readonly { id: string }[] }>("api/providers");
    expect(providers.map(({ id }) => id)).toContain("login");
    const said = { name: "Pool", provider: "login", url: `${other.url}/sign-in`, username: "ada" };
    await expect(gateway.post("api/accounts", said)).rejects.toMatchObject({ code: "bad_request", field: "password" });
    const { id } = await gateway.post<AccountState>("api/accounts", { ...said, password: "canary-password" });
    await gateway.waitFor(isFresh("Pool"), "the first token");
    expect(await gateway.stop()).toBe(0);
    const later = await aGateway(onTestFinished, { ...options, environment: { UTEC_GATEWAY_REDIRECT_URI: "" } });
    expect(await later.account()).toMatchObject({
      id,
      name: "Pool",
      owner: "page",
      status: "fresh",
      generation: 1,
    });
    expect(other.asked.filter((line) => line.includes("canary-password"))).toHaveLength(1);
    expect(utec.control.calls()).toEqual([]);
  });

  test("understands the env file of a system that it takes the place of, and leaves its files as they are", async ({
    onTestFinished,
  }) => {
    const [utec, other] = [await aCloud(onTestFinished), await anotherCloud(onTestFinished)];
    const dataFolder = aFolder(onTestFinished);
    const env = [
      `EXTERNAL_AUTH_URL=${other.url}/sign-in`,
      "EXTERNAL_API_EMAIL=ada@example.org",
      "EXTERNAL_API_PASSWORD='canary #password'",
      "TOKEN_REFRESH_INTERVAL_HOURS=12",
      "GRID_REGION=CAISO_NORTH",
    ].join("\n");
    writeFileSync(join(dataFolder, ".env"), env);
    const gateway = await aGateway(onTestFinished, {
      dataFolder,
      cloud: utec,
      environment: { UTEC_GATEWAY_REDIRECT_URI: "" },
    });
    const host = new URL(other.url).host;
    const { accounts } = await gateway.waitFor(isFresh(host), "the first token");
    expect(accounts).toMatchObject([
      { name: host, provider: "login", idle_interval_ms: 12 * 3_600_000 },
      { name: "WattTime", status: "misconfigured" },
    ]);
    expect(other.asked[0]).toContain("ada@example.org");
    for (const word of ["EXTERNAL_API_EMAIL became", "TOKEN_REFRESH_INTERVAL_HOURS became", "GRID_REGION belongs"]) {
      expect(gateway.output).toContain(word);
    }
    expect(complaintsIn(gateway.output).join(" ")).toContain("set WATTTIME_USERNAME and WATTTIME_PASSWORD");
    expect(gateway.output).not.toContain("canary");
    expect(readFileSync(join(dataFolder, ".env"), "utf8")).toBe(env);
    expect(utec.control.calls()).toEqual([]);
  });
});

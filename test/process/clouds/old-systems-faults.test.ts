import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import type { Health } from "../../../src/http/status/health.ts";
import type { Snapshot } from "../../../src/state/picture.ts";
import { aFolder, complaintsIn } from "../stage.ts";
import type { Finish } from "../stage.ts";
import { GUIDE, ask, commandsFor } from "./moving-guide.ts";
import { clientEnv, linesOf, named, oldClouds, oldRefreshToken, put, serviceEnv, startIn } from "./old-systems.ts";
import { untilFresh, wattTimeEnv, yotoEnv } from "./old-systems.ts";
import type { OldClouds } from "./old-systems.ts";

const [STATUS, REFRESH] = commandsFor("token service with e-mail and password").filter(({ command }) =>
  command.startsWith("curl"),
);

/** A folder whose `.env` has the files of several old programs, each below the other. */
async function aFolderWith(clouds: OldClouds, onTestFinished: Finish, ...files: readonly string[]): Promise<string> {
  const folder = aFolder(onTestFinished);
  put(folder, ".yoto_refresh_token", await oldRefreshToken(clouds));
  put(folder, ".env", files.join("\n\n"));
  return folder;
}

async function healthOf(gateway: GatewayProcess): Promise<Health> {
  return (await (await fetch(`${gateway.url}/health`)).json()) as Health;
}

async function untilMisconfigured(gateway: GatewayProcess, name: string): Promise<void> {
  await gateway.waitFor(
    ({ accounts }) => accounts.some((account) => account.name === name && account.status === "misconfigured"),
    `the refusal of ${name}`,
    40_000,
  );
}

describe.concurrent("the env files of three older systems in one", () => {
  test("make three accounts, the token service's first, and again no more", async ({ onTestFinished }) => {
    const clouds = await oldClouds(onTestFinished);
    const files = [wattTimeEnv(), yotoEnv(), serviceEnv(clouds)];
    const folder = await aFolderWith(clouds, onTestFinished, ...files);
    const start = async () => {
      const gateway = await startIn(folder, clouds, onTestFinished);
      for (const name of [clouds.loginHost, "Yoto", "WattTime"]) await untilFresh(gateway, name);
      return gateway;
    };
    const gateway = await start();
    const { accounts } = await gateway.state();
    expect(accounts.map(({ name }) => name)).toEqual([clouds.loginHost, "Yoto", "WattTime"]);
    const told = await ask(STATUS?.command ?? "", { folder, gatewayUrl: gateway.url });
    expect(told.body).toMatchObject({ success: true, account: clouds.loginHost });
    expect(await healthOf(gateway)).toMatchObject({ status: "ok", problems: [] });
    await gateway.stop();
    const again = await start();
    expect((await again.state()).accounts.map(({ id }) => id)).toEqual(accounts.map(({ id }) => id));
  });

  test("without a password in one of them: that account says which words it lacks, the others run", async ({
    onTestFinished,
  }) => {
    const clouds = await oldClouds(onTestFinished);
    const bare = `EXTERNAL_AUTH_URL=${clouds.loginUrl}\nEXTERNAL_API_EMAIL=\nEXTERNAL_API_PASSWORD=\n`;
    const folder = await aFolderWith(clouds, onTestFinished, bare, yotoEnv(), wattTimeEnv());
    const gateway = await startIn(folder, clouds, onTestFinished);
    for (const name of ["Yoto", "WattTime"]) await untilFresh(gateway, name);
    await untilMisconfigured(gateway, clouds.loginHost);
    const lack = `${clouds.loginHost} can't log in: set EXTERNAL_API_EMAIL and EXTERNAL_API_PASSWORD, or OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET, or EXTERNAL_API_TOKEN.`;
    expect(complaintsIn(gateway.output)).toContain(lack);
    const health = await healthOf(gateway);
    expect(health.problems.map(({ message }) => message)).toContain(lack);
    expect(JSON.stringify(health)).not.toMatch(/Yoto|WattTime/);
    const refused = await ask(REFRESH?.command ?? "", { folder, gatewayUrl: gateway.url });
    expect(refused).toMatchObject({ status: 409, body: { success: false, code: "misconfigured" } });
    expect(clouds.login.cloud.calls()).toEqual([]);
  });

  test("with hours that are not allowed: they are named, and the tokens are refreshed as usual", async ({
    onTestFinished,
  }) => {
    const clouds = await oldClouds(onTestFinished);
    const folder = await aFolderWith(clouds, onTestFinished, yotoEnv({ hours: "24" }));
    const gateway = await startIn(folder, clouds, onTestFinished);
    const { obtained_at, next_refresh_at } = await untilFresh(gateway, "Yoto");
    expect((next_refresh_at ?? Infinity) - (obtained_at ?? 0)).toBeLessThanOrEqual(12 * 3_600_000);
    const wrong = "TOKEN_REFRESH_INTERVAL_HOURS must be a whole number of hours from 1 to 23; the default is used.";
    expect(complaintsIn(gateway.output)).toEqual([wrong]);
    expect((await healthOf(gateway)).problems).toMatchObject([{ code: "settings_invalid", message: wrong }]);
    expect(linesOf(gateway, "TOKEN_REFRESH_INTERVAL_HOURS became")).toEqual([]);
  });

  test("with a token file that is not there, or is a folder: Yoto waits for a sign-in, the others run", async ({
    onTestFinished,
  }) => {
    const clouds = await oldClouds(onTestFinished);
    for (const tokenFile of ["gone/.yoto_refresh_token", "."]) {
      const folder = await aFolderWith(clouds, onTestFinished, yotoEnv({ tokenFile }), wattTimeEnv());
      const gateway = await startIn(folder, clouds, onTestFinished);
      await untilFresh(gateway, "WattTime");
      expect(named((await gateway.state()).accounts, "Yoto")).toMatchObject({
        status: "sign_in_needed",
        reason: "never_signed_in",
      });
      const said = `YOTO_REFRESH_TOKEN_FILE names ${tokenFile}, which can't be read or holds no refresh token: sign in on the page.`;
      expect(complaintsIn(gateway.output)).toContain(said);
      expect((await healthOf(gateway)).problems.map(({ message }) => message)).toContain(said);
      await gateway.stop();
    }
  });

  test("with a token file that is gone once somebody is signed in: nobody is asked for anything", async ({
    onTestFinished,
  }) => {
    const clouds = await oldClouds(onTestFinished);
    const folder = await aFolderWith(clouds, onTestFinished, yotoEnv());
    const gateway = await startIn(folder, clouds, onTestFinished);
    const { id } = await untilFresh(gateway, "Yoto");
    await gateway.stop();
    const file = join(folder, ".yoto_refresh_token");
    expect(existsSync(file)).toBe(true);
    rmSync(file);
    const again = await startIn(folder, clouds, onTestFinished);
    expect(await untilFresh(again, "Yoto")).toMatchObject({ id });
    expect([complaintsIn(again.output), (await healthOf(again)).problems]).toEqual([[], []]);
  });

  test("with wrong passwords: each account says so and stops asking, and lives when they are right", async ({
    onTestFinished,
  }) => {
    const clouds = await oldClouds(onTestFinished);
    const password = "canary wrong #1";
    const files = [serviceEnv(clouds, { password }), yotoEnv(), wattTimeEnv({ password })];
    const folder = await aFolderWith(clouds, onTestFinished, ...files);
    const gateway = await startIn(folder, clouds, onTestFinished);
    await untilFresh(gateway, "Yoto");
    for (const name of [clouds.loginHost, "WattTime"]) await untilMisconfigured(gateway, name);
    const { accounts } = await gateway.state();
    for (const name of [clouds.loginHost, "WattTime"]) {
      expect(named(accounts, name).last_error).toMatchObject({ class: "configuration", code: "credentials_refused" });
    }
    // A wrong password must lock nobody out at their cloud.
    for (const cloud of [clouds.login.cloud, clouds.watttime.cloud]) expect(cloud.calls().length).toBeLessThan(4);
    const where = { folder, gatewayUrl: gateway.url };
    const refused = await ask(REFRESH?.command ?? "", where);
    expect(refused.body).toMatchObject({ success: false, error: expect.any(String) as string });
    expect(refused.status).toBe(409);
    const told = await ask(STATUS?.command ?? "", where);
    expect(told).toMatchObject({ status: 200, body: { success: true, data: { hasToken: false, isValid: false } } });
    expect(`${gateway.output}${JSON.stringify(told.body)}`).not.toContain("canary");
    await gateway.stop();

    put(folder, ".env", [serviceEnv(clouds), yotoEnv(), wattTimeEnv()].join("\n"));
    const again = await startIn(folder, clouds, onTestFinished);
    for (const name of [clouds.loginHost, "WattTime"]) {
      expect((await untilFresh(again, name)).id).toBe(named(accounts, name).id);
    }
  });

  test("with a client in place of a person: it logs in, with its scope", async ({ onTestFinished }) => {
    const clouds = await oldClouds(onTestFinished, 3600, { formats: ["client_credentials"] });
    const folder = await aFolderWith(clouds, onTestFinished, clientEnv(clouds));
    const gateway = await startIn(folder, clouds, onTestFinished);
    expect(await untilFresh(gateway, clouds.loginHost)).toMatchObject({ provider: "login" });
    for (const word of ["OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPE"]) {
      expect(linesOf(gateway, `${word} became`), word).toHaveLength(1);
    }
  });

  test("with a token alone: it is taken as it is, and says that it is not renewed", async ({ onTestFinished }) => {
    const clouds = await oldClouds(onTestFinished);
    const file = `EXTERNAL_AUTH_URL=${clouds.loginUrl}\nEXTERNAL_API_TOKEN=canary-token\n`;
    const folder = await aFolderWith(clouds, onTestFinished, file);
    const gateway = await startIn(folder, clouds, onTestFinished);
    const isStatic = ({ accounts }: Snapshot) => accounts[0]?.status === "static";
    const { accounts } = await gateway.waitFor(isStatic, "the static token");
    expect(accounts).toMatchObject([{ provider: "static", token_usable: true }]);
    expect(linesOf(gateway, "EXTERNAL_AUTH_URL names the API")).toHaveLength(1);
    expect((await healthOf(gateway)).warnings.map(({ code }) => code)).toEqual(["static"]);
    expect(gateway.output).not.toContain("canary");
    expect(clouds.login.cloud.calls()).toEqual([]);
  });

  test("with the gateway's own words below them: a password, which programs send", async ({ onTestFinished }) => {
    const clouds = await oldClouds(onTestFinished);
    const own = "# the gateway's own\nUTEC_GATEWAY_PASSWORD=choose-one\nUTEC_GATEWAY_LOG_LEVEL=debug\n";
    const folder = await aFolderWith(clouds, onTestFinished, serviceEnv(clouds), own);
    const gateway = await startIn(folder, clouds, onTestFinished);
    const where = { folder, gatewayUrl: gateway.url };
    const [, user = ""] = /`curl (-u \S+) \.\.\.`/.exec(GUIDE) ?? [];
    expect((await ask(STATUS?.command ?? "", where)).status).toBe(401);
    const command = STATUS?.command.replace("curl ", `curl ${user} `) ?? "";
    await vi.waitFor(
      async () => expect((await ask(command, where)).body).toMatchObject({ success: true, data: { hasToken: true } }),
      { timeout: 30_000, interval: 200 },
    );
  });
});

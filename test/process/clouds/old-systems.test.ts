import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freePort } from "../../../scripts/processes/free-port.ts";
import { LOGIN_API_DATA } from "../../../src/simulator/logins/login-api.ts";
import { OLD_WORDS } from "../../../src/settings/accounts/old-words.ts";
import type { Snapshot } from "../../../src/state/picture.ts";
import { aFolder, complaintsIn } from "../stage.ts";
import { GUIDE, ask, commandsFor, fieldsOf, paste } from "./moving-guide.ts";
import { linesOf, oldClouds, oldRefreshToken, put, serviceEnv, startIn, untilFresh } from "./old-systems.ts";
import { untilOutlived, wattTimeEnv, yotoEnv } from "./old-systems.ts";

const LIFE_S = 12;

const YOTO = commandsFor("Yoto sign-in keeper");
const WATTTIME = commandsFor("WattTime login");
const SERVICE = commandsFor("token service with e-mail and password");

const isCopy = ({ command }: { readonly command: string }): boolean => command.startsWith("cp ");

/** The guide's commands that ask the gateway, checked and in its order. */
function curlsOf(commands: typeof YOTO, count: number): typeof YOTO {
  const curls = commands.filter((one) => !isCopy(one));
  expect(curls.map(({ command }) => command.split(" ")[0])).toEqual(Array.from({ length: count }, () => "curl"));
  return curls;
}

describe.concurrent("the env file and the commands of an older system, as they stand", () => {
  test("Yoto: signed in by the token in the file, which stays as it is and is never used again", async ({
    onTestFinished,
  }) => {
    const clouds = await oldClouds(onTestFinished, LIFE_S);
    const folder = aFolder(onTestFinished);
    const token = await oldRefreshToken(clouds);
    put(folder, "yoto-keeper/.env", yotoEnv());
    put(folder, "yoto-keeper/.yoto_refresh_token", `${token}\n`);
    for (const { command } of YOTO.filter(isCopy)) await paste(command, { folder });

    const gateway = await startIn(folder, clouds, onTestFinished);
    const first = await untilFresh(gateway, "Yoto");
    expect(first).toMatchObject({ provider: "yoto", owner: "options", idle_interval_ms: 12 * 3_600_000 });
    const later = await untilOutlived(gateway, first);
    expect([later.id, later.failure_count]).toEqual([first.id, 0]);
    for (const word of ["YOTO_CLIENT_ID", "YOTO_REFRESH_TOKEN_FILE", "TOKEN_REFRESH_INTERVAL_HOURS"]) {
      expect(linesOf(gateway, word), word).toHaveLength(1);
    }
    expect(complaintsIn(gateway.output)).toEqual([]);
    expect(gateway.output).not.toContain(token);

    const [status] = curlsOf(YOTO, 1);
    const told = await ask(status?.command ?? "", { folder, gatewayUrl: gateway.url });
    expect(told).toMatchObject({ status: 200, body: { success: true, account: "Yoto", data: { hasToken: true } } });
    expect(fieldsOf(told.body)).toEqual(fieldsOf(status?.answer));

    await gateway.stop();
    // Who is signed in no longer needs the old program's folder.
    rmSync(join(folder, "yoto-keeper"), { recursive: true });
    const again = await startIn(folder, clouds, onTestFinished);
    const kept = await untilFresh(again, "Yoto");
    expect([kept.id, (await again.state()).accounts.length]).toEqual([first.id, 1]);
    const isRefreshed = ({ accounts }: Snapshot) => (accounts[0]?.generation ?? 0) > kept.generation;
    await again.waitFor(isRefreshed, "a refresh after the restart", 60_000);
    // With this cloud a spent token ends the sign-in.
    expect(clouds.yoto.control.calls().filter(({ outcome }) => outcome === "invalid_grant")).toEqual([]);
    expect(clouds.yoto.control.grants()).toHaveLength(1);
    expect(readFileSync(join(folder, ".yoto_refresh_token"), "utf8")).toBe(`${token}\n`);
    expect(readFileSync(join(folder, ".env"), "utf8")).toBe(yotoEnv());
  });

  test("WattTime: a login that lasts, health in the old words, and the region in the program that asks", async ({
    onTestFinished,
  }) => {
    const clouds = await oldClouds(onTestFinished, LIFE_S);
    const folder = aFolder(onTestFinished);
    put(folder, "watttime/.env", wattTimeEnv());
    for (const { command } of WATTTIME.filter(isCopy)) await paste(command, { folder });
    const brokerPort = await freePort();

    const gateway = await startIn(folder, clouds, onTestFinished, { UTEC_GATEWAY_BROKER_PORT: String(brokerPort) });
    const first = await untilFresh(gateway, "WattTime");
    expect(first).toMatchObject({ provider: "watttime", owner: "options" });
    expect(linesOf(gateway, "WATTTIME_USERNAME became")).toHaveLength(1);
    expect(linesOf(gateway, "WATTTIME_PASSWORD became")).toHaveLength(1);
    expect(linesOf(gateway, "GRID_REGION")).toEqual([
      "GRID_REGION belongs to no account: whoever asks WattTime says it, as in ?region=CAISO_NORTH.",
    ]);
    await untilOutlived(gateway, first);
    expect(complaintsIn(gateway.output)).toEqual([]);

    const where = { folder, gatewayUrl: gateway.url, brokerPort };
    const [health, client, index] = curlsOf(WATTTIME, 3);
    const made = await ask(client?.command.replace("ACCOUNT", first.id) ?? "", where);
    expect(made.status).toBe(201);
    const asked = await ask(index?.command.replace("TOKEN", String(made.body["token"])) ?? "", where);
    expect(asked).toMatchObject({ status: 200, body: { meta: { region: "CAISO_NORTH" } } });

    const told = await ask(health?.command ?? "", where);
    expect(told).toMatchObject({ status: 200, body: { status: "ok", total_fetches: 1, failed_fetches: 0 } });
    expect(told.body["token_refresh_count"]).toBeGreaterThanOrEqual(2);
    expect(fieldsOf(told.body)).toEqual(fieldsOf(health?.answer));
  });

  test("a token service: its three addresses answer its programs in the old words", async ({ onTestFinished }) => {
    const clouds = await oldClouds(onTestFinished, LIFE_S);
    const folder = aFolder(onTestFinished);
    put(folder, "token-service/docker.env", serviceEnv(clouds));
    for (const { command } of SERVICE.filter(isCopy)) await paste(command, { folder });

    const gateway = await startIn(folder, clouds, onTestFinished);
    const first = await untilFresh(gateway, clouds.loginHost);
    expect(first).toMatchObject({ provider: "login", owner: "options" });
    for (const word of ["EXTERNAL_AUTH_URL", "EXTERNAL_API_EMAIL", "EXTERNAL_API_PASSWORD"]) {
      expect(linesOf(gateway, `${word} became`), word).toHaveLength(1);
    }
    for (const word of ["OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET"]) {
      expect(linesOf(gateway, `${word} is not used`), word).toHaveLength(1);
    }
    expect(complaintsIn(gateway.output)).toEqual([]);
    const logins = clouds.login.cloud.calls().map(({ name, outcome }) => [name, outcome]);
    expect(logins[0]).toEqual(["/api/login/ json_email", "ok"]);

    const where = { folder, gatewayUrl: gateway.url };
    const [status, refresh, clear] = curlsOf(SERVICE, 3);
    for (const { command, answer } of [status, refresh].flatMap((one) => one ?? [])) {
      const told = await ask(command, where);
      const data = { hasToken: true, isValid: true, timeUntilExpiry: expect.any(Number) as number };
      expect(told, command).toMatchObject({ status: 200, body: { success: true, account: clouds.loginHost, data } });
      expect(fieldsOf(told.body), command).toEqual(fieldsOf(answer));
    }
    const soon = await ask(refresh?.command ?? "", where);
    expect(soon).toMatchObject({ status: 429, body: { success: false, code: "rate_limited" } });
    expect(soon.body["error"]).toBe(soon.body["detail"]);
    await untilOutlived(gateway, first);

    const cleared = await ask(clear?.command ?? "", where);
    expect(cleared).toMatchObject({ status: 200, body: { success: true, data: { hasToken: false, isValid: false } } });
    expect(fieldsOf(cleared.body)).toEqual(fieldsOf(clear?.answer));
    await gateway.stop();

    // The old program logged in again at the next use; here somebody asks for it.
    const again = await startIn(folder, clouds, onTestFinished);
    const left = await ask(status?.command ?? "", { folder, gatewayUrl: again.url });
    expect(left).toMatchObject({ status: 200, body: { account_id: first.id, data: { hasToken: false } } });
    const back = await ask(refresh?.command ?? "", { folder, gatewayUrl: again.url });
    expect(back).toMatchObject({ status: 200, body: { success: true, status: "fresh", data: { isValid: true } } });
    expect((await again.state()).accounts).toHaveLength(1);
    expect(`${gateway.output}${again.output}`).not.toContain("canary");
    const calls = clouds.login.cloud.calls().filter(({ name }) => name !== LOGIN_API_DATA);
    expect(calls.every(({ outcome }) => outcome === "ok")).toBe(true);
  });
});

test("the guide tells every old word, and mounts .env where the image starts", () => {
  const rows = [...GUIDE.matchAll(/^\| `(\w+)` \|/gm)].flatMap(([, word]) => word ?? []);
  expect(new Set(rows)).toEqual(new Set(Object.values(OLD_WORDS).map(({ variable }) => variable)));
  const dockerfile = readFileSync(join(import.meta.dirname, "../../../Dockerfile"), "utf8");
  const [, home] = /^WORKDIR (.+)$/m.exec(dockerfile.split("\nFROM ").at(-1) ?? "") ?? [];
  expect(GUIDE).toContain(`:${home ?? "nowhere"}/.env:ro`);
});

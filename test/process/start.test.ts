import { copyFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startGateway } from "../../scripts/processes/gateway-process.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import { aCloud, aFolder, aGateway, aGatewayAt, contentOf, expectOneSentence, refusalOf, signIn } from "./stage.ts";
import type { Finish } from "./stage.ts";

/** Generous, for a busy machine: nothing waits as long when all is well. */
const READY_WITHIN_MS = 3000;
const STOPPED_WITHIN_MS = 1000;

describe("what makes running impossible ends the start with code 2 and one sentence", () => {
  test.for<[string, Record<string, string>, string[]]>([
    ["a port that is none", { UTEC_GATEWAY_PORT: "eighty" }, ["UTEC_GATEWAY_PORT", "eighty", "0 to 65535"]],
    ["a port that no machine has", { UTEC_GATEWAY_PORT: "70000" }, ["UTEC_GATEWAY_PORT", "70000"]],
    ["an address for everybody without a password", { UTEC_GATEWAY_HOST: "0.0.0.0" }, ["UTEC_GATEWAY_PASSWORD"]],
    [
      "an address of another machine",
      { UTEC_GATEWAY_HOST: "192.0.2.1", UTEC_GATEWAY_PASSWORD: "a-long-password" },
      ["UTEC_GATEWAY_HOST", "192.0.2.1"],
    ],
    ["an add-on without its options", { SUPERVISOR_TOKEN: "supervisor-token" }, ["options.json", "restart the add-on"]],
  ])("%s", async ([, environment, words], { onTestFinished }) => {
    expectOneSentence(await refusalOf({ dataFolder: aFolder(onTestFinished), environment }), ...words);
  });

  test("a port that another program holds", async ({ onTestFinished }) => {
    const port = await aHeldPort(onTestFinished);
    const dataFolder = aFolder(onTestFinished);
    expectOneSentence(await refusalOf({ dataFolder, port }), `Port ${port}`, "UTEC_GATEWAY_PORT");
    // Whatever was opened until then was closed again: the folder is free.
    await aGateway(onTestFinished, { dataFolder });
  });

  test.for([
    ["is a file", "plain"],
    ["lies below a file", "plain/below"],
  ] as const)("a data folder that %s", async ([, path], { onTestFinished }) => {
    const folder = aFolder(onTestFinished);
    writeFileSync(join(folder, "plain"), "mine");
    const environment = { UTEC_GATEWAY_DATA: join(folder, path) };
    expectOneSentence(await refusalOf({ dataFolder: folder, environment }), join(folder, path), "writable folder");
    expect(contentOf(folder)).toEqual(new Map([["plain", "mine"]]));
  });

  test("a data folder in which a folder has the database's name", async ({ onTestFinished }) => {
    const dataFolder = aFolder(onTestFinished);
    mkdirSync(join(dataFolder, "gateway.db"));
    writeFileSync(join(dataFolder, "gateway.key"), "ab".repeat(32));
    expectOneSentence(await refusalOf({ dataFolder }), join(dataFolder, "gateway.db"), "writable");
  });
});

describe("with a damaged data folder the start ends with one sentence, changes nothing, and works when it is mended", () => {
  test.for<[string, (folder: string) => void, string[]]>([
    [
      "a corrupt database",
      (folder) => writeFileSync(join(folder, "gateway.db"), "nonsense ".repeat(999)),
      ["gateway.db", "backup"],
    ],
    ["a truncated database", (folder) => truncateSync(join(folder, "gateway.db"), 5000), ["gateway.db", "backup"]],
    ["another key", (folder) => writeFileSync(join(folder, "gateway.key"), "ab".repeat(32)), ["gateway.key", "backup"]],
    [
      "a key file that holds no key",
      (folder) => writeFileSync(join(folder, "gateway.key"), "hello"),
      ["gateway.key", "backup"],
    ],
    [
      "no key",
      (folder) => renameSync(join(folder, "gateway.key"), join(folder, "elsewhere.key")),
      ["gateway.key", "backup"],
    ],
  ])("%s", async ([, damage, words], { onTestFinished }) => {
    const cloud = await aCloud(onTestFinished);
    const dataFolder = aFolder(onTestFinished);
    const backup = aFolder(onTestFinished);
    const first = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    const { id } = await signIn(first, cloud);
    await first.stop();
    for (const name of ["gateway.db", "gateway.key"]) copyFileSync(join(dataFolder, name), join(backup, name));

    damage(dataFolder);
    const damaged = contentOf(dataFolder);
    expectOneSentence(await refusalOf({ dataFolder }), dataFolder, ...words);
    expect(contentOf(dataFolder)).toEqual(damaged);

    for (const name of ["gateway.db", "gateway.key"]) copyFileSync(join(backup, name), join(dataFolder, name));
    const again = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    expect(await again.account()).toMatchObject({ id, status: "fresh", generation: 1 });
  });
});

describe("what is merely wrong is named, and the rest runs", () => {
  test("settings that make no sense are in the log and in the picture, each with what is allowed", async ({
    onTestFinished,
  }) => {
    const gateway = await aGateway(onTestFinished, {
      dataFolder: aFolder(onTestFinished),
      environment: {
        UTEC_GATEWAY_POLL_INTERVAL: "often",
        UTEC_GATEWAY_REFRESH_BUFFER: "-5",
        UTEC_GATEWAY_AUTOMATIC_REFRESH: "perhaps",
        UTEC_GATEWAY_LOG_LEVEL: "chatty",
        UTEC_GATEWAY_CLIENT_IDD: "typo",
        HOME_ASSISTANT_URL: "homeassistant.local:8123",
      },
    });
    const { problems } = (await gateway.state()).gateway;
    expect(new Map(problems.map(({ field, message }) => [field, message]))).toEqual(
      new Map([
        ["UTEC_GATEWAY_CLIENT_IDD", expect.stringContaining("documentation")],
        ["HOME_ASSISTANT_URL", expect.stringContaining("http://")],
        ["UTEC_GATEWAY_AUTOMATIC_REFRESH", expect.stringContaining("true or false")],
        ["UTEC_GATEWAY_REFRESH_BUFFER", expect.stringContaining("from 1 to 10080")],
        ["UTEC_GATEWAY_POLL_INTERVAL", expect.stringContaining("from 10 to 600")],
        ["UTEC_GATEWAY_LOG_LEVEL", expect.stringContaining("debug")],
      ]),
    );
    const warned = gateway.records.filter(({ level }) => level === "warn").map(({ message }) => message);
    for (const { message } of problems) expect(warned).toContain(message);
  });

  test("an account without its secret is misconfigured, says which, and is well when the secret is set", async ({
    onTestFinished,
  }) => {
    const dataFolder = aFolder(onTestFinished);
    const environment = { UTEC_GATEWAY_CLIENT_ID: DEMO.client.client_id };
    const gateway = await aGateway(onTestFinished, { dataFolder, environment });
    const { status, last_error, id } = await gateway.account();
    expect({ status, last_error }).toMatchObject({
      status: "misconfigured",
      last_error: { class: "configuration", message: expect.stringContaining("client secret is missing") },
    });
    await expect(gateway.post("api/accounts/authorise", { account_id: id })).rejects.toMatchObject({
      code: "misconfigured",
      message: expect.stringContaining("client secret is missing"),
    });
    await gateway.stop();

    const cloud = await aCloud(onTestFinished);
    const again = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    expect(await signIn(again, cloud)).toMatchObject({ id, status: "fresh" });
  });
});

describe("what is wrong in the settings takes nothing from an account that was right", () => {
  test("without its secret it goes on with the stored one, and the settings say so until it is back", async ({
    onTestFinished,
  }) => {
    const cloud = await aCloud(onTestFinished);
    const dataFolder = aFolder(onTestFinished);
    const first = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    const { id } = await signIn(first, cloud);
    await first.stop();

    const environment = { UTEC_GATEWAY_CLIENT_SECRET: "" };
    const without = await aGatewayAt(cloud, onTestFinished, { dataFolder, environment });
    const message = expect.stringMatching(
      /client secret is missing.*Until then U-tec goes on with the one it had\.$/,
    ) as string;
    expect((await without.state()).gateway.problems).toMatchObject([{ field: "UTEC_GATEWAY_CLIENT_SECRET", message }]);
    expect(without.records.filter(({ level }) => level === "warn").map((record) => record.message)).toEqual([message]);
    await without.post("api/accounts/refresh", { account_id: id });
    expect(await without.account()).toMatchObject({ id, status: "fresh", generation: 2 });
    await without.stop();

    const again = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    expect((await again.state()).gateway.problems).toEqual([]);
    expect(await again.account()).toMatchObject({ id, status: "fresh", generation: 2 });
  });
});

describe("ready waits for nobody else", () => {
  test("not for a cloud that hangs", async ({ onTestFinished }) => {
    const cloud = await aCloud(onTestFinished, { settings: { access_token_life_s: 2 } });
    const dataFolder = aFolder(onTestFinished);
    const first = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    await signIn(first, cloud);
    await first.kill();
    cloud.control.fault({ where: "token", kind: "hang", times: null });
    cloud.control.fault({ where: "action", kind: "hang", times: null });

    const started = performance.now();
    const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder });
    expect(performance.now() - started).toBeLessThan(READY_WITHIN_MS);
    expect(await gateway.get("health/live")).toMatchObject({ status: "ok" });
  });

  test("not for a Home Assistant that hangs", async ({ onTestFinished }) => {
    const port = await aHeldPort(onTestFinished);
    const started = performance.now();
    const gateway = await aGateway(onTestFinished, {
      dataFolder: aFolder(onTestFinished),
      environment: { HOME_ASSISTANT_URL: `http://127.0.0.1:${port}`, HOME_ASSISTANT_TOKEN: "a-long-lived-token" },
    });
    expect(performance.now() - started).toBeLessThan(READY_WITHIN_MS);
    expect((await gateway.state()).gateway.link.status).toBe("connecting");
  });
});

describe("the end", () => {
  test.for(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const)(
    "%s: code 0 within a second, and the log says so",
    async (signal, { onTestFinished }) => {
      const cloud = await aCloud(onTestFinished);
      const gateway = await aGatewayAt(cloud, onTestFinished, { dataFolder: aFolder(onTestFinished) });
      await signIn(gateway, cloud);
      await gateway.waitFor(({ devices }) => devices.length === 2, "the devices");
      const asked = performance.now();
      gateway.child.kill(signal);
      expect(await gateway.ended()).toBe(0);
      expect(performance.now() - asked).toBeLessThan(STOPPED_WITHIN_MS);
      expect(gateway.records.slice(-2).map(({ message }) => message)).toEqual(["Stopping.", "Stopped."]);
    },
  );

  test("a bug: code 1, and the log has it", async ({ onTestFinished }) => {
    const gateway = await startGateway({
      dataFolder: aFolder(onTestFinished),
      // Loaded before the gateway's own code: a hand that makes a bug when it is asked to.
      environment: { NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(BUG_ON_SIGNAL)}"` },
    });
    onTestFinished(() => gateway.kill());
    gateway.child.kill("SIGUSR2");
    expect(await gateway.ended()).toBe(1);
    expect(gateway.records.at(-1)).toMatchObject({ level: "fatal", fields: { error: { message: "a bug" } } });
  });
});

const BUG_ON_SIGNAL = `process.on("SIGUSR2", () => { throw new Error("a bug"); });`;

/** A port on which somebody listens and never answers. */
async function aHeldPort(onTestFinished: Finish): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

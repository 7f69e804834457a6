import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "../../scripts/build.ts";
import { containerRuntime } from "../../scripts/processes/container.ts";
import { freePort } from "../../scripts/processes/free-port.ts";
import { BUNDLE } from "../../scripts/processes/gateway-process.ts";
import type { GatewayProcess } from "../../scripts/processes/gateway-process.ts";
import { FRONT_DOOR } from "../../src/simulator/devices/demo.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import type { AccountState } from "../../src/state/picture.ts";
import { REDIRECT_URI, aCloud, aFolder, aGateway, aGatewayAt, signIn } from "./stage.ts";

const PAGE = join(BUNDLE, "../page");

/**
 * Runs ahead of each thread: when a worker is done and when the process ends, it tells which HTTP clients were loaded,
 * and how long each address of a host may take to connect (ms).
 */
const TELL_CLIENTS = `
  const { parentPort } = require("node:worker_threads");
  const tell = (thread) => {
    const undici = process.moduleLoadList.some((name) => name.endsWith("undici/undici"));
    const http = process.moduleLoadList.includes("NativeModule _http_client");
    const patience = require("node:net").getDefaultAutoSelectFamilyAttemptTimeout();
    require("node:fs").appendFileSync(__filename + ".log", JSON.stringify({ thread, http, undici, patience }) + "\\n");
  };
  const post = parentPort?.postMessage;
  if (!parentPort) process.on("exit", () => tell("gateway"));
  else parentPort.postMessage = (message) => {
    if (message === "done") tell("worker");
    post.call(parentPort, message);
  };
`;

describe("the bundle, started as the container does, does what the sources do", () => {
  const ends: (() => void | Promise<void>)[] = [];
  const finish = (end: () => void | Promise<void>): void => void ends.unshift(end);
  let cloud: Simulator;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    await build();
    cloud = await aCloud(finish);
    gateway = await aGatewayAt(cloud, finish, {
      dataFolder: aFolder(finish),
      entry: BUNDLE,
      runtime: containerRuntime(),
      environment: { UTEC_GATEWAY_BROKER_PORT: String(await freePort()) },
    });
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });

  test("it signs in and refreshes in its own worker, and a door obeys", async () => {
    const { id, generation } = await signIn(gateway, cloud);
    expect(generation).toBe(1);
    const refreshed = await gateway.post<AccountState>("api/accounts/refresh", { account_id: id });
    expect(refreshed).toMatchObject({ status: "fresh", generation: 2 });

    await gateway.waitFor(({ devices }) => devices.some((one) => one.lock_state === "locked"), "a locked door");
    const { id: command_id } = await gateway.command(FRONT_DOOR.id, "unlock");
    const { devices, commands } = await gateway.waitFor(
      ({ commands }) => commands.some((one) => one.id === command_id && one.outcome === "confirmed"),
      "the end of the command",
    );
    expect(devices.find(({ id }) => id === FRONT_DOOR.id)?.lock_state).toBe("unlocked");
    expect(commands).toHaveLength(1);
  });

  test("it loads its broker with the first client, and passes requests on", async () => {
    const { id } = await gateway.account();
    const wish = { name: "Bundle", accounts: [id], methods: ["POST"] };
    const { token } = await gateway.post<{ token: string }>("api/broker/clients", wish);
    const { port } = await gateway.get<{ port: number }>("api/broker/clients");
    const answer = await fetch(`http://127.0.0.1:${port}/proxy/${id}/action`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ header: { namespace: "Uhome.Device", name: "Discovery", messageId: "1" }, payload: {} }),
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('"payload"');
  });

  test("it reads a file of accounts, whose reader it has with it and otherwise never runs", async ({
    onTestFinished,
  }) => {
    const dataFolder = aFolder(onTestFinished);
    writeFileSync(
      join(dataFolder, "accounts.yaml"),
      "- name: Spare\n  provider: static\n  token: canary-static-token\n",
    );
    const environment = { UTEC_GATEWAY_ACCOUNTS_FILE: "accounts.yaml", UTEC_GATEWAY_REDIRECT_URI: "" };
    const other = await aGateway(onTestFinished, {
      dataFolder,
      entry: BUNDLE,
      runtime: containerRuntime(),
      environment,
    });
    expect(await other.account()).toMatchObject({ name: "Spare", owner: "options" });
  });

  test("both threads are patient with slow lines, and do without Node's second HTTP client, which costs time and memory", async () => {
    const watch = join(aFolder(finish), "watch.cjs");
    writeFileSync(watch, TELL_CLIENTS);
    const { flags, environment } = containerRuntime();
    const runtime = { flags: [...flags, "--require", watch], environment };
    const watched = await aGatewayAt(cloud, finish, { dataFolder: aFolder(finish), entry: BUNDLE, runtime });
    await signIn(watched, cloud);
    await watched.stop();
    const told = readFileSync(`${watch}.log`, "utf8").trim().split("\n");
    expect(told.map((line) => JSON.parse(line) as unknown)).toEqual([
      { thread: "worker", http: true, undici: false, patience: 3000 },
      { thread: "gateway", http: true, undici: false, patience: 3000 },
    ]);
  });

  test("it serves every file of the page, of its type, compressed to whoever takes that", async () => {
    const types: Record<string, string> = {
      html: "text/html; charset=utf-8",
      js: "text/javascript; charset=utf-8",
      css: "text/css; charset=utf-8",
      svg: "image/svg+xml",
    };
    const there = readdirSync(PAGE, { recursive: true, encoding: "utf8" });
    const files = there.filter((name) => /\.\w+$/.test(name) && !/\.(?:br|gz)$/.test(name));
    expect(files).toContain("index.html");
    const encodings = new Set<string | null>();
    for (const file of ["", ...files]) {
      const [extension = ""] = /[^.]+$/.exec(file) ?? ["html"];
      for (const [accepted, ending] of [
        ["identity", ""],
        ["gzip", ".gz"],
        ["br", ".br"],
      ] as const) {
        const answer = await fetch(`${gateway.url}/${file}`, { headers: { "accept-encoding": accepted } });
        const encoding =
          ending !== "" && there.includes(`${file === "" ? "index.html" : file}${ending}`) ? accepted : null;
        const { headers } = answer;
        encodings.add(encoding);
        expect([file, headers.get("content-type"), headers.get("content-encoding")]).toEqual([
          file,
          types[extension],
          encoding,
        ]);
        expect(await answer.text()).toBe(readFileSync(join(PAGE, file === "" ? "index.html" : file), "utf8"));
      }
    }
    expect(encodings).toEqual(new Set([null, "gzip", "br"]));
  });

  test("it reads JSON in the character sets that there are, and names the one that there is not", async () => {
    const send = (name: string, charset: string, encoding: BufferEncoding): Promise<Response> => {
      const details = { name, client_id: charset, client_secret: "a-secret", redirect_uri: REDIRECT_URI };
      return fetch(`${gateway.url}/api/accounts`, {
        method: "POST",
        headers: { "content-type": `application/json; charset=${charset}` },
        body: Buffer.from(JSON.stringify(details), encoding),
      });
    };
    expect(await (await send("Zweitürer", "utf-8", "utf8")).json()).toMatchObject({ name: "Zweitürer" });
    expect(await (await send("Gartentür", "utf-16le", "utf16le")).json()).toMatchObject({ name: "Gartentür" });
    expect((await send("Tor", "utf-99", "utf8")).status).toBe(415);
  });
});

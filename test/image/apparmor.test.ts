import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { AppArmorParser } from "../../scripts/image/apparmor/parser.ts";
import { readProfile } from "../../scripts/image/apparmor/profile.ts";
import type { Profile } from "../../scripts/image/apparmor/profile.ts";
import { deniedBy, needsOf } from "../../scripts/image/apparmor/trace.ts";
import type { Need } from "../../scripts/image/apparmor/trace.ts";
import { healthCheck, runImage } from "../../scripts/image/run.ts";
import type { RunOptions } from "../../scripts/image/run.ts";
import { makeOlder } from "../integration/older.ts";
import { aCloud, signIn } from "../process/stage.ts";
import type { Finish } from "../process/stage.ts";
import { aContainer, aDataFolder, missing, settingsFor, theImage } from "./stage.ts";

/** What the gateway asks of the system; empty where there is no image. */
let needs: readonly Need[] = [];
const ends: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  if (missing === null) needs = await lifeOfTheGateway((end) => ends.unshift(end));
});
afterAll(async () => {
  for (const end of ends) await end();
});

const text = readFileSync(join(import.meta.dirname, "../../apparmor.txt"), "utf8");

/** Where other systems keep what Linux has in nsswitch.conf; asked for only where that file is not there. */
const NOT_ON_LINUX = ["/etc/netsvc.conf", "/etc/svc.conf"];

/**
 * A whole life: signed in, a lock commanded, the integration installed, asked for its health, backed up, copied for the day,
 * killed, started again, the integration updated, and asked to stop.
 */
async function lifeOfTheGateway(onTestFinished: Finish): Promise<Need[]> {
  const cloud = await aCloud(onTestFinished);
  const dataFolder = aDataFolder(onTestFinished);
  const traces = aDataFolder(onTestFinished);
  const homeAssistant = aHomeAssistantFolder(onTestFinished);
  const environment = await settingsFor(cloud);
  const traced = (name: string): RunOptions => ({
    dataFolder,
    mounts: { "/homeassistant": homeAssistant },
    environment,
    trace: join(traces, name),
  });
  const first = await aContainer(onTestFinished, traced("first"));
  await signIn(first, cloud);
  const { devices } = await first.waitFor((now) => now.devices.some(({ lock_state }) => lock_state !== null), "a lock");
  const lock = devices.find(({ lock_state }) => lock_state !== null);
  await first.command(lock?.id ?? "", "lock");
  await first.waitFor(({ commands }) => commands.some(({ outcome }) => outcome === "confirmed"), "a confirmed command");
  await fetch(first.url);
  expect(await first.post("api/integration/install", {})).toMatchObject({ status: "installed" });
  expect(await healthCheck(theImage(), traced("health"))).toBe(0);
  for (const step of ["pre", "post"]) {
    expect(await codeOf(runImage(theImage(), { ...traced(step), command: backupCommand(step) }))).toBe(0);
  }
  // The day's copy is made when the clock is looked at for the first time.
  await vi.waitUntil(() => existsSync(join(dataFolder, "backups")), { timeout: 60_000, interval: 200 });
  await first.kill();
  makeOlder(homeAssistant);
  const second = await aContainer(onTestFinished, traced("second"));
  await second.waitFor((now) => now.devices.some(({ lock_state }) => lock_state !== null), "a lock");
  expect(await second.post("api/integration/install", {})).toMatchObject({ status: "installed" });
  expect(await second.stop()).toBe(0);
  const { root, config } = theImage();
  const world = {
    root,
    folder: config.WorkingDir,
    mounts: { "/data": dataFolder, "/homeassistant": homeAssistant, "/proc": "/proc", "/sys": "/sys", "/dev": "/dev" },
  };
  return ["first", "health", "pre", "post", "second"].flatMap((name) =>
    needsOf(readFileSync(join(traces, name), "utf8"), world),
  );
}

const backupCommand = (step: string): string[] => ["node", "/app/addon/backup.mjs", step];

async function codeOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "close")) as [number | null];
  return code;
}

/** Home Assistant's configuration, with what others who install integrations keep there. */
function aHomeAssistantFolder(onTestFinished: Finish): string {
  const folder = aDataFolder(onTestFinished);
  for (const [path, text] of [
    [".HA_VERSION", "2026.11.0"],
    [".storage/marketplace.repositories", '{"data": {"1": {"domain": "utec_gateway"}}}'],
    [".storage/hacs.repositories", "{}"],
    [".storage/hacs.data", "{}"],
    [".storage/auth", "{}"],
    ["secrets.yaml", ""],
    ["custom_components/hacs/manifest.json", "{}"],
  ] as const) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe.skipIf(missing !== null)("apparmor.txt", () => {
  let parser: AppArmorParser;
  const gatewayIn = (profile: string): Profile => readProfile(parser.preprocess(profile), "gateway");
  const denied = (profile: string): string[] =>
    deniedBy(gatewayIn(profile), needs).filter((need) => !NOT_ON_LINUX.includes(need.split(" ")[0] ?? ""));

  beforeAll(async () => {
    parser = await AppArmorParser.of("trixie");
  });

  test("is a profile to AppArmor's own parser", () => {
    expect(() => parser.check(text)).not.toThrow();
    expect(() => parser.check(text.replace("/data/** rwkl,", "/data/** rwklq,"))).toThrow("apparmor_parser");
  });

  test("allows all that the gateway and its health check do, from the start to the end", () => {
    expect(denied(text)).toEqual([]);
    expect(gatewayIn(text).allowsSignalsFromOutside()).toBe(true);
  });

  test.each([
    ["@{PROC}/uptime r,", "/proc/uptime r"],
    ["/homeassistant/custom_components/{,.}utec_gateway/ rw,", "/homeassistant/custom_components/utec_gateway/ rw"],
    ["/homeassistant/.storage/hacs.data r,", "/homeassistant/.storage/hacs.data r"],
    [
      "/app/node_modules/better-sqlite3/prebuilds/*.node mr,",
      `/app/node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node m`,
    ],
  ])("without %s something would be denied", (rule, need) => {
    expect(denied(text.replace(`    ${rule}\n`, ""))).toContain(need);
  });

  test("allows of Home Assistant's configuration the integration's own folders and the lists of installed ones, nothing else", () => {
    const gateway = gatewayIn(text);
    const may = (path: string): string => (["r", "w"] as const).filter((right) => gateway.allows(path, right)).join("");
    const components = "/homeassistant/custom_components/";
    for (const [path, rights] of [
      [`${components}utec_gateway/link/session.py`, "rw"],
      [`${components}.utec_gateway/previous/manifest.json`, "rw"],
      [`${components}utec_gateway_2/manifest.json`, ""],
      [`${components}hacs/manifest.json`, ""],
      ["/homeassistant/", ""],
      ["/homeassistant/configuration.yaml", ""],
      ["/homeassistant/secrets.yaml", ""],
      ["/homeassistant/home-assistant_v2.db", ""],
      ["/homeassistant/.storage/auth", ""],
      ["/homeassistant/.storage/core.config_entries", ""],
      ["/homeassistant/.storage/marketplace.repositories", "r"],
      ["/homeassistant/.storage/hacs.repositories", "r"],
      ["/homeassistant/.storage/hacs.hacs", ""],
    ] as const) {
      expect([path, may(path)]).toEqual([path, rights]);
    }
  });

  test("without a lock on the database, a link for the key and a look at OpenSSL's settings it would not do", () => {
    expect(denied(text.replace("/data/** rwkl,", "/data/** rw,"))).toEqual(
      expect.arrayContaining(["/data/gateway.db k", "/data/gateway.key l"]),
    );
    // What is traced holds the backup and the copy of the day.
    const paths = JSON.stringify(needs);
    for (const part of ["/app/addon/backup.mjs", "/data/gateway.backup.db", "/data/backups/gateway-"]) {
      expect(paths).toContain(part);
    }
    // The abstractions of today allow this, those of older systems do not.
    expect(needs).toContainEqual({ path: "/etc/ssl/openssl.cnf", rights: ["r"] });
    expect(text).toContain("\n    /etc/ssl/openssl.cnf r,\n");
  });
});

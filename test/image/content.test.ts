import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { missing, theImage } from "./stage.ts";

const version = (
  JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as { version: string }
).version;

describe.skipIf(missing !== null)("the built image", () => {
  test("adds no more than 8 MB to its base, all of it in /app", () => {
    const { added } = theImage();
    expect(Object.keys(added).filter((path) => !path.startsWith("app/"))).toEqual([]);
    expect(Object.values(added).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(8_000_000);
  });

  test("has the native module of its own machine, and of no other", () => {
    const names = Object.keys(theImage().added).filter((path) => path.endsWith(".node"));
    expect(names).toEqual([`app/node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`]);
  });

  test("brings along the integration of its own version, whole, without what Python leaves behind", () => {
    const own = join(import.meta.dirname, "../../custom_components/utec_gateway");
    const names = globSync("**/*.*", { cwd: own, exclude: ["**/__pycache__/**"] });
    const brought = Object.keys(theImage().added).filter((path) => path.startsWith("app/integration/"));
    expect(brought.map((path) => path.slice("app/integration/".length)).sort()).toEqual(names.sort());
    const manifest = readFileSync(join(theImage().root, "app/integration/manifest.json"), "utf8");
    expect((JSON.parse(manifest) as { version: string }).version).toBe(version);
  });

  test("has no source map, no TypeScript, no npm and no Node but the base's", () => {
    const names = Object.keys(theImage().added);
    expect(names).toContain("app/dist/main.js");
    expect(names.filter((path) => /\.(map|ts)$|(^|\/)npm(\/|$)|(^|\/)(node|npx)$/.test(path))).toEqual([]);
    expect(names.filter((path) => path.startsWith("app/node_modules/")).map((path) => path.split("/")[2])).toEqual(
      names.filter((path) => path.startsWith("app/node_modules/")).map(() => "better-sqlite3"),
    );
  });

  test("says what it is: to the Supervisor, and to registries", () => {
    expect(theImage().config.Labels).toMatchObject({
      "io.hass.type": "app",
      "io.hass.version": version,
      "io.hass.arch": "amd64",
      "org.opencontainers.image.title": "U-tec Gateway",
      "org.opencontainers.image.licenses": "Apache-2.0",
    });
  });

  test("asks a running container in words that Docker understands", () => {
    const { Healthcheck, ExposedPorts } = theImage().config;
    expect(Healthcheck.Test).toEqual(["CMD", "node", "/app/addon/healthcheck.mjs"]);
    expect(Object.keys(ExposedPorts)).toEqual(["8000/tcp", "8097/tcp", "8099/tcp"]);
  });
});

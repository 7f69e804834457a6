import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { connectControl } from "../../src/simulator/control/control-client.ts";
import { asObject } from "../simulator/visitor.ts";

const MAIN = join(import.meta.dirname, "../../src/simulator/main.ts");

function start(...flags: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...flags]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

test("it says its address when it is ready, and ends with 0 on SIGTERM, whoever still hangs on it", async () => {
  const child = start("--settle-ms", "7");
  const [line] = child.stdout === null ? [] : await once(child.stdout, "data");
  const url = String(asObject(JSON.parse(String(line)))["url"]);
  const control = connectControl(url);
  expect(await control.settings()).toMatchObject({ settle_ms: 7 });
  await control.fault({ where: "authorise", kind: "hang" });
  const hanging = fetch(`${url}/oauth/authorize`).catch(() => "dropped");
  await expect.poll(async () => (await control.calls()).length).toBe(1);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(await hanging).toBe("dropped");
});

test("it ends with 2 and one sentence when it cannot start as told", async () => {
  const child = start("--port", "many");
  const ended = once(child, "exit");
  const said = child.stderr === null ? "" : await text(child.stderr);
  expect(await ended).toEqual([2, null]);
  expect(said).toBe("--port must be a number from 0, not many.\n");
});

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startGateway } from "../../../scripts/processes/gateway-process.ts";
import { removeFolder } from "../../remove-folder.ts";

test("a restart logs nobody out, another password everybody; the password is in no line of the log", async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "login-"));
  onTestFinished(() => removeFolder(dataFolder));
  const lines: string[] = [];
  const during = async (password: string, act: (url: string) => Promise<void>): Promise<void> => {
    const environment = { UTEC_GATEWAY_PASSWORD: password };
    const gateway = await startGateway({ dataFolder, environment, onLog: (line) => lines.push(line) });
    try {
      await act(gateway.url);
    } finally {
      await gateway.stop();
    }
  };
  let cookie = "";
  const seen = async (url: string): Promise<number> =>
    (await fetch(`${url}/api/state`, { headers: { cookie } })).status;

  await during("canary-password", async (url) => {
    expect(await seen(url)).toBe(401);
    const body = new URLSearchParams({ password: "canary-password" });
    const answer = await fetch(`${url}/login`, { method: "POST", body, redirect: "manual" });
    cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect(await seen(url)).toBe(200);
  });
  await during("canary-password", async (url) => expect(await seen(url)).toBe(200));
  await during("another-password", async (url) => expect(await seen(url)).toBe(401));
  expect(lines.join("\n")).toContain("Somebody logged in");
  expect(lines.join("\n")).not.toMatch(/canary-password|another-password/);
});

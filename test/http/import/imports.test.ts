import { describe, expect, test } from "vitest";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { C, json } from "../../import/samples.ts";
import { anAccount } from "../../state/models.ts";
import { removeFolder } from "../../remove-folder.ts";
import { aStage } from "../stage.ts";
import type { Stage } from "../stage.ts";
import { MemoryImports } from "./memory-imports.ts";

/** A gateway without accounts. */
async function anEmptyStage(): Promise<Stage> {
  const stage = await aStage();
  stage.picture.update({ removed_accounts: ["home"] });
  return stage;
}

describe("api/import", () => {
  test("tells that there is nothing", async () => {
    const { status, json } = await (await anEmptyStage()).ask("/api/import");
    expect(status).toBe(200);
    expect(json).toEqual({
      status: "none",
      source: null,
      generation: null,
      imported_at: null,
      account_id: null,
      taken: [],
      not_taken: [],
      message: "",
    });
  });

  test("makes a file an account and reports; the same file again is 200 and changes nothing", async () => {
    const stage = await anEmptyStage();
    const first = await stage.post("/api/import", { file: json(C) });
    expect(first).toMatchObject({
      status: 201,
      json: { is_new: true, account: { name: "U-tec" }, import: { status: "imported", generation: "C" } },
    });
    expect(first.text).not.toContain("canary");
    expect((await stage.ask("/api/import")).json).toEqual(first.json?.["import"]);
    const again = await stage.post("/api/import", { file: json(C), confirm: true });
    expect(again).toMatchObject({ status: 200, json: { is_new: false, import: first.json?.["import"] } });
    expect(stage.picture.snapshot().accounts).toHaveLength(1);
  });

  test("asks before it adds a further account, and never overwrites one", async () => {
    const stage = await aStage();
    const asked = await stage.post("/api/import", { file: json(C) });
    expect(asked).toMatchObject({ status: 409, json: { code: "import_unconfirmed", field: "confirm" } });
    const confirmed = await stage.post("/api/import", { file: json(C), confirm: true });
    expect(confirmed.status).toBe(201);
    stage.picture.update({ accounts: [anAccount({ id: "other", client_id: "client-2" })] });
    const same = await stage.post("/api/import", { file: json({ ...C, access_key: "client-2" }), confirm: true });
    expect(same).toMatchObject({ status: 409, json: { code: "account_exists" } });
  });

  test.for<[string, object, number, string]>([
    ["no config", { file: '{"a": 1}' }, 422, "import_unreadable"],
    ["half a file", { file: json(C).slice(0, 50) }, 422, "import_unreadable"],
    ["a file without a secret", { file: json({ ...C, secret_key: "" }) }, 422, "import_unreadable"],
    ["more than a config can be", { file: "x".repeat(33_000) }, 413, "payload_too_large"],
    ["more than a body can be", { file: "x".repeat(70_000) }, 413, "payload_too_large"],
    ["nothing, where nothing was found", {}, 404, "import_not_found"],
    ["a file that is no text", { file: {} }, 400, "bad_request"],
    ["a misspelt field", { fiel: "" }, 400, "bad_request"],
  ])("refuses %s", async ([, body, status, code]) => {
    const stage = await anEmptyStage();
    expect(await stage.post("/api/import", body)).toMatchObject({ status, json: { code } });
    expect((await stage.ask("/api/import")).json).toMatchObject({ status: "none" });
  });

  test("tells of a file that waits, and imports it when somebody says so", async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), "uteclocal-"));
    onTestFinished(() => removeFolder(folder));
    writeFileSync(join(folder, "config.json"), json(C));
    const { picture, secrets, sink } = await aStage();
    const imports = new MemoryImports(picture, secrets, sink.log, folder);
    imports.start();
    const stage = await aStage({ imports });
    expect((await stage.ask("/api/import")).json).toMatchObject({ status: "waiting", generation: "C" });
    expect(await stage.post("/api/import", {})).toMatchObject({ status: 409, json: { code: "import_unconfirmed" } });
    expect(await stage.post("/api/import", { confirm: true })).toMatchObject({ status: 201, json: { is_new: true } });
    expect((await stage.ask("/api/import")).json).toMatchObject({ status: "imported" });
  });

  test("keeps the file's secrets out of the log", async () => {
    const stage = await anEmptyStage();
    await stage.post("/api/import", { file: json({ ...C, access_token: 7 }) });
    stage.sink.log.info("canary-client-secret and canary-refresh-0001");
    expect(JSON.stringify(stage.sink.tail())).not.toContain("canary");
  });
});

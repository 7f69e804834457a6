import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../../../src/simulator/simulator.ts";
import { startCloud, Visitor } from "../visitor.ts";

function grantsFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "grants-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "cloud", "grants.json");
}

test("a second start still knows who is signed in, and which refresh tokens are spent", async () => {
  const file = grantsFile();
  const first = await startCloud({ grantsFile: file });
  const before = await Visitor.signedIn(first);
  const spent = before.refreshToken;
  await before.refresh();
  await first.close();

  const after = new Visitor(await startCloud({ grantsFile: file }));
  after.accessToken = before.accessToken;
  expect(await after.action("Uhome.User/Get")).toHaveProperty("user");
  expect((await after.refresh(before.refreshToken)).body).toMatchObject({ code: 200 });
  await after.refresh(spent);
  expect(after.cloud.control.grants()).toMatchObject([{ revoked_because: "refresh_token_reused" }]);
});

test("the file is for its owner only, and nothing else stands beside it", async () => {
  const file = grantsFile();
  await Visitor.signedIn(await startCloud({ grantsFile: file }));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(file, ".."))).toEqual(["grants.json"]);
});

test.for(["not json", "[]", '{"version": 9, "grants": []}'])(
  "a file with %s is refused and left alone",
  async (content) => {
    const file = join(grantsFile(), "..", "..", "foreign.json");
    writeFileSync(file, content);
    await expect(startSimulator({ grantsFile: file })).rejects.toMatchObject({
      code: "settings_invalid",
      message: expect.stringContaining(file),
    });
    expect(readFileSync(file, "utf8")).toBe(content);
  },
);

test("a token of a user whom the cloud does not know any more is refused", async () => {
  const file = grantsFile();
  const first = await startCloud({ grantsFile: file });
  const before = await Visitor.signedIn(first);
  await first.close();
  const after = new Visitor(await startCloud({ grantsFile: file, users: [] }));
  after.accessToken = before.accessToken;
  expect(await after.action("Uhome.User/Get")).toMatchObject({ error: { code: "INVALID_TOKEN" } });
});

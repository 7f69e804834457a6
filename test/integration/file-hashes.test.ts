import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hashFiles } from "../../src/integration/disk/file-hashes.ts";
import { aFolder } from "./home.ts";

test("a file that is far larger than one of the integration is not read", async () => {
  const folder = aFolder();
  writeFileSync(join(folder, "video.bin"), Buffer.alloc(4 * 1024 * 1024 + 1));
  expect(await hashFiles(folder)).toEqual({ "video.bin": "too large" });
});

test("a folder with far more files than the integration is not read to its end", async () => {
  const folder = aFolder();
  for (let number = 0; number <= 500; number += 1) writeFileSync(join(folder, `${number}`), "");
  expect(await hashFiles(folder)).toMatchObject({ "...": "too many" });
});

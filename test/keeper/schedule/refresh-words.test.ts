import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EARLIEST_SHARE, LATEST_SHARE } from "../../../src/keeper/schedule/refresh-times.ts";

const root = join(import.meta.dirname, "../../..");
const PLACES = [
  "README.md",
  "DOCS.md",
  "docs/architecture.md",
  "src/http/openapi/account-models.ts",
  "ui/src/words/refresh-policy.ts",
];

test.each([...PLACES, ...globSync("translations/*.yaml", { cwd: root })])(
  "%s says at which share of its life a token is refreshed",
  (place) => {
    const [earliest, latest] = [EARLIEST_SHARE, LATEST_SHARE].map((share) => String(Math.round(share * 100)));
    const text = readFileSync(join(root, place), "utf8").replace(/\s+/g, " ");
    expect(text).toMatch(new RegExp(`\\b${earliest} \\p{L}+ (?:\\p{L}+ )?${latest} %`, "u"));
  },
);

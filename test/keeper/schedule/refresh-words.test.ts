import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allProviders } from "../../../src/keeper/providers/providers.ts";
import { EARLIEST_SHARE, LATEST_SHARE } from "../../../src/keeper/schedule/refresh-times.ts";

const root = join(import.meta.dirname, "../../..");
const OPTIONS = ["README.md", "DOCS.md", ...globSync("translations/*.yaml", { cwd: root })];
const PLACES = [
  ...OPTIONS,
  "docs/architecture.md",
  "src/http/openapi/account-models.ts",
  ...globSync("ui/src/words/messages/*/accounts.json", { cwd: root }),
];

const wordsOf = (place: string): string => readFileSync(join(root, place), "utf8").replace(/\s+/g, " ");

const [earliest, latest] = [EARLIEST_SHARE, LATEST_SHARE].map((share) => String(Math.round(share * 100)));
const USUALLY = `\\b${earliest} \\p{L}+ (?:\\p{L}+ )?${latest} %`;

test.each(PLACES)("%s says at which share of its life a token is refreshed", (place) => {
  expect(wordsOf(place)).toMatch(new RegExp(USUALLY, "u"));
});

test.each(OPTIONS)("%s says which clouds have it otherwise, and how many minutes before the end", (place) => {
  const others = allProviders().filter(({ refreshBufferMs }) => refreshBufferMs !== null);
  expect(others).not.toEqual([]);
  for (const { title, refreshBufferMs } of others) {
    const minutes = String(Number(refreshBufferMs) / 60_000);
    expect(wordsOf(place)).toMatch(new RegExp(`${USUALLY}[^.|]*\\b${title} ${minutes} min`, "iu"));
  }
});

import { expect, test } from "vitest";
import { refreshTogether } from "../../../scripts/bench/slow-disk.ts";
import { SOURCES } from "../../../scripts/processes/gateway-process.ts";
import { NO_COMPILER, hasCompiler } from "../../../scripts/slow-disk/slow-disk.ts";
import { aFolder } from "../stage.ts";

const isLeftOut = !hasCompiler() && !process.env["CI"];
if (isLeftOut) console.warn(NO_COMPILER);

test.skipIf(isLeftOut)(
  "20 accounts that fall due at once on a bad SD card are refreshed without a complaint, and the gateway answers all the while",
  async ({ onTestFinished }) => {
    const crowd = { accounts: 20, commitMs: 80, entry: SOURCES };
    const refreshed = await refreshTogether(aFolder(onTestFinished), crowd);
    expect(refreshed.complaints).toEqual([]);
    expect(refreshed.slowestAnswerMs).toBeLessThan(1000);
  },
  180_000,
);

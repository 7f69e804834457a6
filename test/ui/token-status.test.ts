import { expect, test } from "vitest";
import { CLOCK_SUSPECT } from "../../src/keeper/account.ts";
import { accountTrouble } from "../../ui/src/words/token-status.ts";
import { anAccount } from "../state/models.ts";

test("of a clock in doubt the page says what the health does, and nothing of a refresh that waits for it", () => {
  expect(accountTrouble(anAccount({ status: "clock_suspect" }))).toBe(CLOCK_SUSPECT);
  expect(CLOCK_SUSPECT).toContain("Tokens are still refreshed");
});

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ACCOUNT_VALUES, TOKEN_STATUSES } from "../../src/keeper/account-state.ts";
import type { AccountValue } from "../../src/keeper/account-state.ts";

/** The bridge's file that reads an account. */
const bridge = join(import.meta.dirname, "../../custom_components/utec_gateway");
const model = globSync("**/*.py", { cwd: bridge })
  .map((file) => readFileSync(join(bridge, file), "utf8"))
  .filter((text) => text.includes("_ACCOUNT = "))
  .join("\n");

/** By the kind of a value, the validators with which the bridge may read it. */
const VALIDATORS: Readonly<Record<string, readonly string[]>> = {
  text: ["str"],
  "text or null": ["TEXT"],
  flag: ["bool", "FLAG"],
  "flag or null": ["FLAG"],
  count: ["count", "int", "whole"],
  time: ["moment", "whole"],
  "time or null": ["moment", "whole"],
  "number or null": ["number", "whole"],
  "error or null": ["_error"],
  "incident or null": ["_open_incident"],
  events: ["_events"],
  "one of words": ["str", "TEXT", "word_of"],
  "one of words or null": ["TEXT", "word_of"],
};

/** What the bridge reads of an account, and with which validator. */
const READ = [
  ...(/^_ACCOUNT = .*?^\)$/ms.exec(model)?.[0] ?? "").matchAll(/\.(?:Required|Optional)\("(\w+)".*: (\w+)/g),
];

describe("the bridge's model of an account", () => {
  test("is read here as it stands there", () => {
    expect(READ.map(([, name]) => name)).toEqual(expect.arrayContaining(["id", "status", "last_error", "incident"]));
  });

  test.for(READ.map(([, name = "", validator = ""]) => [name, validator] as const))(
    "reads %s as the gateway sends it",
    ([name, validator]) => {
      const value = Object.entries<AccountValue>(ACCOUNT_VALUES).find(([known]) => known === name)?.[1];
      if (value === undefined) throw new Error(`The gateway sends no ${name}.`);
      const kind = typeof value.kind === "string" ? value.kind : "one of words";
      expect(VALIDATORS[value.nullable === true ? `${kind} or null` : kind]).toContain(validator);
    },
  );

  test("knows every token status", () => {
    const [enumeration = ""] = /^class TokenStatus\(.*?(?=^\S)(?!class)/ms.exec(model) ?? [];
    expect([...enumeration.matchAll(/^ {4}[A-Z_]+ = "(\w+)"$/gm)].map(([, word]) => word)).toEqual([...TOKEN_STATUSES]);
  });
});

import "./words/english.ts";
import { expect, test } from "vitest";
import type { RefreshPolicy } from "../../src/keeper/account.ts";
import { describeProvider } from "../../src/keeper/providers/provider-description.ts";
import { allProviders } from "../../src/keeper/providers/providers.ts";
import { draftOf, mistakesIn, policyOf, refreshRule } from "../../ui/src/words/accounts/refresh-policy.ts";

const PLAN: RefreshPolicy = {
  automatic_refresh: true,
  refresh_buffer_ms: null,
  refresh_buffer_share: null,
  idle_interval_ms: null,
};

test.for<RefreshPolicy>([
  PLAN,
  { ...PLAN, automatic_refresh: false },
  { ...PLAN, refresh_buffer_ms: 90_000 },
  { ...PLAN, refresh_buffer_share: 0.29, idle_interval_ms: 43_200_000 },
])("the policy %j is typed and read back as it was", (policy) => {
  const draft = draftOf(policy);
  expect(mistakesIn(draft)).toEqual({});
  expect(policyOf(draft)).toEqual(policy);
});

test.for([
  ["minutes", "0", "amount"],
  ["minutes", "", "amount"],
  ["minutes", "10081", "amount"],
  ["percent", "51", "amount"],
  ["percent", "1e1", "amount"],
] as const)("%s “%s” are not taken", ([buffer, amount, field]) => {
  expect(Object.keys(mistakesIn({ ...draftOf(PLAN), buffer, amount }))).toEqual([field]);
});

test("an idle interval is 1 to 23 hours, with a comma as with a point", () => {
  const hours = (idleHours: string): object => mistakesIn({ ...draftOf(PLAN), idleHours });
  expect([hours(" 12 "), hours("1,5"), hours("")]).toEqual([{}, {}, {}]);
  expect([hours("24"), hours("0.5"), hours("soon")].every((found) => "idleHours" in found)).toBe(true);
  expect(policyOf({ ...draftOf(PLAN), idleHours: "1,5" }).idle_interval_ms).toBe(5_400_000);
});

test.for([
  ["utec", {}, "At 70 to 90 % of the token's life"],
  ["watttime", {}, "5 min before the token ends"],
  ["yoto", {}, "At 70 to 90 % of the token's life, and at least every 12 h"],
  ["oauth2", {}, "At 70 to 90 % of the token's life"],
  [
    "yoto",
    { refresh_buffer_ms: 600_000, idle_interval_ms: 3_600_000 },
    "10 min before the token ends, and at least every 1 h",
  ],
  ["watttime", { refresh_buffer_share: 0.2 }, "When 20 % of the token's life is left"],
  ["watttime", { automatic_refresh: false }, "Only by hand"],
] as const)("when a token of %s is refreshed, with %j, is said as it is", ([id, said, words]) => {
  const provider = allProviders().find((known) => known.id === id);
  expect(refreshRule({ ...PLAN, ...said }, provider === undefined ? null : describeProvider(provider))).toBe(words);
});

test("of a cloud that is not known yet nothing is said that may be wrong", () => {
  expect(refreshRule(PLAN, null)).toBe("In good time");
});

import { expect, test } from "vitest";
import type { RefreshPolicy } from "../../src/keeper/account.ts";
import { draftOf, mistakesIn, policyOf } from "../../ui/src/words/refresh-policy.ts";

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

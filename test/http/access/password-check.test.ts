import { expect, test } from "vitest";
import { PasswordCheck, basicPassword } from "../../../src/http/access/password-check.ts";
import { TryLimit } from "../../../src/http/access/try-limit.ts";
import { ManualClock } from "../../clock.ts";

test.each([
  [undefined, undefined],
  ["", undefined],
  [`Basic ${base64("me:secret")}`, "secret"],
  [`basic  ${base64(":a:b")}`, "a:b"],
  [`Basic ${base64("me:")}`, ""],
  [`Basic ${base64("no colon")}`, undefined],
  [`xBasic ${base64("me:secret")}`, undefined],
  [`Basic ${base64("me:secret")} x`, undefined],
  [`Basic${base64("me:secret")}`, undefined],
  [`Bearer ${base64("me:secret")}`, undefined],
])("%j gives the password %j", (authorization, password) => {
  expect(basicPassword(authorization)).toBe(password);
});

test("who has to wait is told how long, and that it is worth it", () => {
  const clock = new ManualClock();
  const check = new PasswordCheck("right", clock);
  const asker = { address: "192.168.1.20", forwardedFor: undefined };
  for (let tries = 0; tries < 10; tries += 1) expect(() => check.assert(asker, "wrong")).toThrow(/is wrong/);
  clock.advance(10_500);
  expect(() => check.assert(asker, "right")).toThrow(
    expect.objectContaining({ code: "rate_limited", retryable: true, retry_after_s: 50 }),
  );
});

test("a minute begins with the first failure, and what was forgotten begins anew", () => {
  const clock = new ManualClock();
  const limit = new TryLimit(2, clock);
  expect(limit.waitMs("a")).toBe(0);
  limit.countFailure("a");
  expect(limit.waitMs("a")).toBe(0);
  clock.advance(59_999);
  limit.countFailure("a");
  expect([limit.waitMs("a"), limit.waitMs("b")]).toEqual([1, 0]);
  clock.advance(1);
  expect(limit.waitMs("a")).toBe(0);
  limit.countFailure("a");
  expect(limit.waitMs("a")).toBe(0);
  limit.countFailure("a");
  expect(limit.waitMs("a")).toBe(60_000);
});

test("an asker who comes back is the newest of the thousand", () => {
  const clock = new ManualClock();
  const limit = new TryLimit(1, clock);
  limit.countFailure("first");
  limit.countFailure("second");
  clock.advance(60_000);
  limit.countFailure("first");
  for (let more = 0; more < 999; more += 1) limit.countFailure(`more ${more}`);
  expect(limit.waitMs("first")).toBe(60_000);
  limit.countFailure("one more");
  expect(limit.waitMs("first")).toBe(0);
});

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

import { expect, test } from "vitest";
import { afterPoll, isPollDue, pollAt } from "../../../src/keeper/schedule/poll-times.ts";
import type { DeviceCode } from "../../../src/keeper/vault/tables/device-code-table.ts";

const NOW = 1_800_000_000_000;
const CODE: DeviceCode = {
  device_code: "canary",
  user_code: "BCDF-GHJK",
  verification_uri: "https://cloud.test/activate",
  verification_uri_complete: null,
  interval_ms: 5000,
  next_poll_at: NOW,
  failures: 0,
  ends_at: NOW + 600_000,
};
const said = (code: string, retry_after_at: number | null = null) =>
  ({ class: "transient", code, retry_after_at }) as const;

test("a code that is not entered yet is asked about after the cloud's interval", () => {
  expect(afterPoll(CODE, said("authorization_pending"), NOW)).toEqual({
    interval_ms: 5000,
    next_poll_at: NOW + 5000,
    failures: 0,
  });
});

test.each(["slow_down", "http_429"])("%s makes every pause from then on 5 s longer", (word) => {
  const first = afterPoll(CODE, said(word), NOW);
  expect(first).toMatchObject({ interval_ms: 10_000, next_poll_at: NOW + 10_000 });
  const second = afterPoll({ ...CODE, interval_ms: 10_000 }, said(word), NOW);
  expect(second).toMatchObject({ interval_ms: 15_000 });
  expect(afterPoll({ ...CODE, interval_ms: 15_000 }, said("authorization_pending"), NOW)).toMatchObject({
    next_poll_at: NOW + 15_000,
  });
});

test("calls that bring no answer come less often, up to a minute, and an answer ends that", () => {
  const pauses = [0, 1, 2, 3, 4, 8].map(
    (failures) => (afterPoll({ ...CODE, failures }, said("timeout"), NOW)?.next_poll_at ?? 0) - NOW,
  );
  expect(pauses).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  expect(afterPoll({ ...CODE, failures: 8 }, said("authorization_pending"), NOW)).toMatchObject({ failures: 0 });
});

test("a server that asks for patience gets a minute of it at most", () => {
  expect(afterPoll(CODE, said("http_503", NOW + 20_000), NOW)?.next_poll_at).toBe(NOW + 20_000);
  expect(afterPoll(CODE, said("http_503", NOW + 3_600_000), NOW)?.next_poll_at).toBe(NOW + 60_000);
});

test("it is asked once more when the code's time is over, and not again", () => {
  const late = { ...CODE, failures: 8, ends_at: NOW + 12_000 };
  expect(afterPoll(late, said("timeout"), NOW)?.next_poll_at).toBe(NOW + 12_000);
  expect(afterPoll(late, said("timeout"), NOW + 12_000)).toBeNull();
  expect(afterPoll(late, said("authorization_pending"), NOW + 12_000)).toBeNull();
});

test.each(["access_denied", "expired_token", "invalid_grant"])("%s ends it", (code) => {
  expect(afterPoll(CODE, { class: "dead_grant", code, retry_after_at: null }, NOW)).toBeNull();
});

test("a date that was made on a clock ahead of this one is due at once", () => {
  const polling = { ...CODE, next_poll_at: NOW + 5000 };
  expect(pollAt(polling, NOW)).toBe(NOW + 5000);
  expect(isPollDue(polling, NOW)).toBe(false);
  expect(isPollDue(polling, NOW + 4500)).toBe(true);
  const slow = { interval_ms: 120_000, next_poll_at: NOW + 120_500 };
  expect(isPollDue(slow, NOW)).toBe(false);
  for (const ahead of [120_000, 3_600_000]) expect(isPollDue({ ...CODE, next_poll_at: NOW + ahead }, NOW)).toBe(true);
});

test("a cloud that goes on wanting longer pauses gets them, however long they become", () => {
  let code: DeviceCode = { ...CODE, ends_at: NOW + 86_400_000 };
  for (let times = 0; times < 100; times++) code = { ...code, ...afterPoll(code, said("slow_down"), NOW) };
  expect(code).toMatchObject({ interval_ms: 505_000, next_poll_at: NOW + 505_000 });
  expect(isPollDue(code, NOW)).toBe(false);
  expect(isPollDue(code, NOW + 505_000)).toBe(true);
});

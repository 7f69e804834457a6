import { describe, expect, test } from "vitest";
import type { LoginFormat } from "../../../src/keeper/account.ts";
import type { RawAnswer } from "../../../src/keeper/answers/raw-answer.ts";
import { loginMoved } from "../../../src/keeper/login-search/login-moved.ts";
import { loginVerdict, verdictOfCall } from "../../../src/keeper/login-search/login-verdict.ts";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import { CallError } from "../../../src/keeper/token-calls/http-call.ts";
import type { CallErrorCode } from "../../../src/keeper/token-calls/http-call.ts";
import type { LoginRecord } from "../../../src/keeper/token-calls/login-record.ts";
import { Secrets } from "../../../src/log.ts";

const ROUTE = { url: "https://cloud.test/api/login", format: "json_email" } as const;

function answer(status: number, body: unknown): RawAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: {}, body: text, received_at: 1_800_000_000_000 };
}

function verdict(status: number, body: unknown, format: LoginFormat = "json_email") {
  return loginVerdict(answer(status, body), loginProvider(), format, new Secrets());
}

test.each<[number, unknown, string]>([
  [200, { token: "canary-access-1" }, "accepted"],
  [401, {}, "refused"],
  [423, {}, "refused"],
  [400, { error: "invalid_grant" }, "refused"],
  [401, { message: "Authentication token is missing" }, "no_login"],
  [403, { message: "Forbidden" }, "no_login"],
  [404, { message: "Not Found" }, "no_login"],
  [501, {}, "no_login"],
  [302, "", "no_login"],
  [200, "<p>Welcome</p>", "no_login"],
  [422, { message: "email is required" }, "other_format"],
  [401, { error: "invalid_client" }, "other_format"],
  [500, {}, "outage"],
  [429, {}, "outage"],
  [400, { error: "temporarily_unavailable" }, "outage"],
])("%i with %j says of a login: %s", (status, body, outcome) => {
  expect(verdict(status, body).outcome).toBe(outcome);
});

test("a client's id and secret are what is wrong only where they alone were sent", () => {
  expect(verdict(401, { error: "invalid_client" }, "client_credentials").outcome).toBe("refused");
  expect(verdict(401, { error: "invalid_client" }, "form").outcome).toBe("other_format");
});

test("what stands before the cloud says nothing of the address that was asked", () => {
  expect([500, 503, 429].map((status) => verdict(status, {}).counts)).toEqual([true, false, false]);
  const counts = (code: CallErrorCode): boolean => verdictOfCall(new CallError(code), loginProvider(), 20_000).counts;
  expect([counts("timeout"), counts("answer_unreadable"), counts("answer_too_large")]).toEqual([true, true, true]);
  expect([counts("connection_refused"), counts("name_not_resolved")]).toEqual([false, false]);
});

describe("a login that has worked", () => {
  const moved = (status: number, body: unknown, consecutive_failures = 2, attempts?: LoginRecord) =>
    loginMoved(
      { learned: attempts === undefined ? {} : { attempts }, consecutive_failures },
      ROUTE,
      answer(status, body),
      loginProvider(),
      new Secrets(),
    );
  const entry = { ...ROUTE, message: "", at: 0, times: 1, page: false };

  test.each([
    [404, { message: "Not Found" }],
    [422, { message: "email is required" }],
  ])("and says %i three times in a row has moved", (status, body) => {
    expect(moved(status, body, 1)).toBeNull();
    expect(moved(status, body)).toMatchObject([{ ...ROUTE, times: 0 }]);
    expect(moved(status, body, 2, [{ ...entry, outcome: "accepted" }])).not.toBeNull();
    expect(moved(status, body, 9, [{ ...entry, outcome: "no_login" }])).toBeNull();
  });

  test.each([
    ["a network's sign-in page", 200, "<p>Sign in to the hotel's network</p>"],
    ["a redirect", 302, ""],
    ["a firewall", 403, { message: "Forbidden" }],
    ["a wrong password", 401, {}],
    ["an outage", 500, {}],
  ])("has not moved where %s answers", (_, status, body) => {
    expect(moved(status, body)).toBeNull();
  });

  test("leaves no secret in the record, whatever the cloud repeats", () => {
    const secrets = new Secrets();
    secrets.add("canary password");
    const said = answer(404, { message: "nobody has canary password" });
    const record = loginMoved({ learned: {}, consecutive_failures: 2 }, ROUTE, said, loginProvider(), secrets);
    expect(record?.[0]?.message).toContain("nobody has [secret]");
  });
});

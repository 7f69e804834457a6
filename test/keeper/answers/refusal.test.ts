import { describe, expect, test } from "vitest";
import type { FailureClass } from "../../../src/keeper/account.ts";
import type { RawAnswer } from "../../../src/keeper/answers/raw-answer.ts";
import { failureOfAnswer } from "../../../src/keeper/grant/failure.ts";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const utec = utecProvider();

function answer(status: number, body: unknown, headers: Record<string, string> = {}): RawAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers, body: text, received_at: NOW };
}

describe("only a no in the endpoint's own words counts as a refusal", () => {
  test.each<[number, unknown, boolean]>([
    [400, { error: "invalid_grant" }, true],
    [401, { error: "invalid_client" }, true],
    [503, { error: "invalid_grant" }, false],
    [503, "", false],
    [403, { message: "Forbidden" }, false],
    [400, { error: "server_error" }, false],
  ])("%i %j", (status, body, refused) => {
    expect(failureOfAnswer(answer(status, body), utec).refused).toBe(refused);
  });
});

describe("a login's no is its own word, and a firewall's is not", () => {
  const login = { ...loginProvider(), tokenUrl: "https://pool.test/login", addressGiven: true };
  test.each<[number, unknown, FailureClass]>([
    [401, "", "configuration"],
    [401, { error: "bad" }, "configuration"],
    [423, "", "configuration"],
    [403, { message: "Wrong password" }, "configuration"],
    [400, { error: "invalid credentials" }, "configuration"],
    [200, { success: false, message: "Unknown user" }, "configuration"],
    [401, "<html>Sign in to the hotel's network</html>", "transient"],
    [403, { message: "Forbidden" }, "transient"],
    [404, "", "transient"],
    [200, { status: "ok" }, "transient"],
    [403, { message: "Sign in failed" }, "configuration"],
    [403, { message: "signin has failed" }, "configuration"],
    [400, { message: "No such email" }, "configuration"],
    [403, { message: "You are not authorised" }, "configuration"],
    [403, { message: "Unauthorized" }, "configuration"],
    [403, { message: "Your username is not known here" }, "configuration"],
    [200, { token: 12, message: "Wrong password" }, "transient"],
    [401, "  <p>Sign in to the hotel's network", "transient"],
    [401, { message: "Your <b>account</b> is gone" }, "configuration"],
    [401, { error: "temporarily_unavailable" }, "transient"],
    [403, { message: "Login failed" }, "configuration"],
    [403, { message: "Log-in failed" }, "configuration"],
    [429, { message: "Wrong password too often" }, "transient"],
  ])("%i %j", (status, body, kind) => {
    expect(failureOfAnswer(answer(status, body), login)).toMatchObject({ class: kind, refused: kind !== "transient" });
  });
});

test("a login's own code for its no is kept, and what says that it is a web page is none", () => {
  const login = { ...loginProvider(), tokenUrl: "https://pool.test/login", addressGiven: true };
  const wrong = answer(401, { message: "Wrong password", error: "bad_password" });
  expect(failureOfAnswer(wrong, login)).toMatchObject({ class: "configuration", code: "bad_password" });
  const page = answer(401, "Sign in to the hotel's network", { "content-type": "text/html; charset=utf-8" });
  expect(failureOfAnswer(page, login)).toMatchObject({ class: "transient", code: "http_401" });
});

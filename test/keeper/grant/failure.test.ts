import { describe, expect, test } from "vitest";
import type { FailureClass, TokenReason } from "../../../src/keeper/account.ts";
import type { RawAnswer } from "../../../src/keeper/answers/raw-answer.ts";
import { failureOfAnswer, failureOfCall } from "../../../src/keeper/grant/failure.ts";
import { CallError } from "../../../src/keeper/token-calls/http-call.ts";
import type { CallErrorCode } from "../../../src/keeper/token-calls/http-call.ts";
import { oauth2Provider } from "../../../src/keeper/providers/oauth2.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { refused } from "../../../src/outgoing/proxy-failed.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const utec = utecProvider();
const plain = oauth2Provider({ authorizeUrl: "https://a.test/authorize", tokenUrl: "https://a.test/token" });

type Case = [status: number, body: unknown, kind: FailureClass, code: string, reason: TokenReason];

function answer(status: number, body: unknown, headers: Record<string, string> = {}): RawAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers, body: text, received_at: NOW };
}

describe("an answer in the standard's words is of the class that they mean", () => {
  test.each<Case>([
    [400, { error: "invalid_grant" }, "dead_grant", "invalid_grant", "grant_dead"],
    [401, { error: "invalid_grant" }, "dead_grant", "invalid_grant", "grant_dead"],
    [200, { error: "invalid_grant" }, "dead_grant", "invalid_grant", "grant_dead"],
    [400, { error: "expired_token" }, "dead_grant", "expired_token", "grant_dead"],
    [403, { error: "access_denied" }, "dead_grant", "access_denied", "grant_dead"],
    [401, { error: "invalid_client" }, "configuration", "invalid_client", "client_refused"],
    [400, { error: "unauthorized_client" }, "configuration", "unauthorized_client", "client_refused"],
    [400, { error: "redirect_uri_mismatch" }, "configuration", "redirect_uri_mismatch", "client_refused"],
    [400, { error: "unsupported_grant_type" }, "configuration", "unsupported_grant_type", "client_refused"],
    [400, { error: { code: "invalid_grant" } }, "dead_grant", "invalid_grant", "grant_dead"],
    [400, { error: "temporarily_unavailable" }, "transient", "temporarily_unavailable", "cloud_error"],
    [400, { error: "server_error" }, "transient", "server_error", "cloud_error"],
    [400, { error: "invalid_request" }, "dead_grant", "invalid_request", "grant_dead"],
    [400, { error: "invalid_redirect_uri" }, "configuration", "invalid_redirect_uri", "client_refused"],
    [400, { error: "invalid_scope" }, "configuration", "invalid_scope", "client_refused"],
    [400, { error: "invalid_target" }, "configuration", "invalid_target", "client_refused"],
    [401, { error: "invalid_token" }, "dead_grant", "invalid_token", "grant_dead"],
    [400, { error: "login_required" }, "dead_grant", "login_required", "grant_dead"],
    [400, { error: "consent_required" }, "dead_grant", "consent_required", "grant_dead"],
    [400, { error: "interaction_required" }, "dead_grant", "interaction_required", "grant_dead"],
    [400, { error: "slow_down" }, "transient", "slow_down", "cloud_error"],
    [400, { error: "bad", error_description: "invalid_grant" }, "dead_grant", "invalid_grant", "grant_dead"],
    [400, { error: "refresh_token_revoked" }, "dead_grant", "refresh_token_revoked", "grant_dead"],
    [400, { error: `${"x".repeat(34)}_token` }, "dead_grant", `${"x".repeat(34)}_token`, "grant_dead"],
    [400, { message: "no", error: { message: "invalid_grant" } }, "dead_grant", "invalid_grant", "grant_dead"],
    [400, "error=invalid_grant&error_description=gone", "dead_grant", "invalid_grant", "grant_dead"],
  ])("%i %j", (status, body, kind, code, reason) => {
    expect(failureOfAnswer(answer(status, body), plain)).toMatchObject({ class: kind, code, reason });
  });

  test.each<[string, FailureClass]>([
    ["invalid_client", "configuration"],
    ["invalid_token", "dead_grant"],
    ["expired_token", "dead_grant"],
    ["consent_required", "dead_grant"],
  ])("an error that stands only in the challenge counts: %s", (code, kind) => {
    const challenged = answer(401, "", { "www-authenticate": `Basic realm="x", error="${code}"` });
    expect(failureOfAnswer(challenged, plain)).toMatchObject({ class: kind, code });
  });
});

describe("what may come from anything on the way is tried again", () => {
  test.each<Case>([
    [500, { error: "invalid_grant" }, "transient", "http_500", "cloud_error"],
    [502, "<html>Bad gateway</html>", "transient", "http_502", "cloud_error"],
    [503, "", "transient", "http_503", "cloud_error"],
    [504, "upstream", "transient", "http_504", "cloud_error"],
    [400, "<html>Blocked</html>", "transient", "http_400", "cloud_error"],
    [401, "<html>Sign in to the hotel's network</html>", "transient", "http_401", "cloud_error"],
    [403, "Forbidden", "transient", "http_403", "cloud_error"],
    [403, { message: "Forbidden" }, "transient", "http_403", "cloud_error"],
    [403, { error: "Forbidden", status: 403, path: "/token" }, "transient", "http_403", "cloud_error"],
    [403, { error: { code: 403, message: "Blocked by policy" } }, "transient", "http_403", "cloud_error"],
    [400, { error: "something_new" }, "transient", "http_400", "cloud_error"],
    [400, { error: `${"x".repeat(35)}_token` }, "transient", "http_400", "cloud_error"],
    [400, { error: "The refresh_token" }, "transient", "http_400", "cloud_error"],
    [400, { error: "refresh_token: none" }, "transient", "http_400", "cloud_error"],
    [400, { error: ["refresh_token_revoked"] }, "transient", "http_400", "cloud_error"],
    [400, { error: "toString" }, "transient", "http_400", "cloud_error"],
    [300, "", "transient", "http_300", "cloud_error"],
    [401, { message: "Unauthorized" }, "transient", "http_401", "cloud_error"],
    [401, { error: "captive_portal", login: "https://hotel.test" }, "transient", "http_401", "cloud_error"],
    [404, "<html>", "transient", "http_404", "cloud_error"],
    [404, { error: "not_found" }, "transient", "http_404", "cloud_error"],
    [405, "", "transient", "http_405", "cloud_error"],
    [407, "", "transient", "http_407", "cloud_error"],
    [410, {}, "transient", "http_410", "cloud_error"],
    [451, { message: "client blocked" }, "transient", "http_451", "cloud_error"],
    [511, "<html>Accept our terms</html>", "transient", "http_511", "cloud_error"],
    [200, { status: "ok", message: "client registered" }, "transient", "answer_unreadable", "cloud_error"],
    [503, { error: "invalid_client" }, "transient", "http_503", "cloud_error"],
    [408, "", "transient", "http_408", "cloud_error"],
    [425, {}, "transient", "http_425", "cloud_error"],
    [429, { error: "slow_down" }, "transient", "http_429", "rate_limited"],
    [302, "", "transient", "http_302", "cloud_error"],
    [200, "", "transient", "answer_unreadable", "cloud_error"],
    [200, "<html>Welcome</html>", "transient", "answer_unreadable", "cloud_error"],
    [200, {}, "transient", "answer_unreadable", "cloud_error"],
    [200, "{", "transient", "answer_unreadable", "cloud_error"],
  ])("%i %j", (status, body, kind, code, reason) => {
    expect(failureOfAnswer(answer(status, body), plain)).toMatchObject({ class: kind, code, reason });
  });

  test.each<[number, unknown, string]>([
    [403, { message: "Forbidden" }, "refused without an OAuth error (403): a firewall or a proxy on the way"],
    [403, "<html>Blocked</html>", "A web page came in place of an answer of the U-tec cloud (403)"],
    [200, "<html>Welcome</html>", "A web page came in place of an answer of the U-tec cloud (200)"],
    [404, "", "There is no token endpoint at the address of the U-tec cloud right now (404): something on the way"],
    [302, "", "redirected elsewhere (302)"],
    [407, "", "A proxy on the way to the U-tec cloud wants a sign-in"],
    [511, "", "The network wants a sign-in of its own"],
    [400, {}, "refused without an OAuth error (400)"],
    [502, "", "has an error of its own (502)"],
    [408, "", "is busy (408)"],
  ])("and the sentence names what was seen, with no word of the client: %i %j", (status, body, sentence) => {
    const { what } = failureOfAnswer(answer(status, body), utec);
    expect(what).toContain(sentence);
    expect(what).not.toMatch(/client|secret/);
  });

  test("only an address that a person gave is named as one to check", () => {
    const given = { ...plain, addressGiven: true };
    expect(failureOfAnswer(answer(404, ""), given)).toMatchObject({ class: "transient" });
    expect(failureOfAnswer(answer(404, ""), given).what).toContain("check the address");
    expect(failureOfCall(new CallError("certificate_of_another_name"), given, 1).what).toContain("check the address");
    expect(failureOfCall(new CallError("certificate_of_another_name"), utec, 1).what).not.toContain("check");
  });
});

describe("errors that U-tec wraps in an HTTP 200 are read from the envelope", () => {
  test.each<Case>([
    [200, { code: 401, data: { message: "bad refresh token" } }, "dead_grant", "invalid_grant", "grant_dead"],
    [200, { code: 401, message: "invalid_grant" }, "dead_grant", "invalid_grant", "grant_dead"],
    [200, { code: 400, message: "Refresh token expired" }, "dead_grant", "invalid_grant", "grant_dead"],
    [200, { code: 401, message: "invalid_client" }, "configuration", "invalid_client", "client_refused"],
    [
      200,
      { code: 401, data: { message: "Client secret is wrong" } },
      "configuration",
      "invalid_client",
      "client_refused",
    ],
    [200, { code: "403", message: "No" }, "dead_grant", "http_403", "grant_dead"],
    [200, { code: 500, message: "refresh failed" }, "transient", "http_500", "cloud_error"],
    [200, { code: 429, message: "Too many" }, "transient", "http_429", "rate_limited"],
    [200, { code: 200, data: {} }, "transient", "answer_unreadable", "cloud_error"],
    [200, { code: 10007, message: "invalid refresh token" }, "dead_grant", "invalid_grant", "grant_dead"],
    [200, { code: 600, message: "Unknown" }, "transient", "answer_unreadable", "cloud_error"],
    [200, { code: 599, message: "refresh failed" }, "transient", "http_599", "cloud_error"],
    [200, { code: 400, message: "No" }, "dead_grant", "http_400", "grant_dead"],
    [200, { code: 499, message: "No" }, "dead_grant", "http_499", "grant_dead"],
    [300, { code: 401, message: "No" }, "transient", "http_300", "cloud_error"],
    [400, { code: 503, message: "bad refresh token" }, "dead_grant", "invalid_grant", "grant_dead"],
    [
      200,
      { code: 401, message: "bad refresh", data: { message: "token" } },
      "dead_grant",
      "invalid_grant",
      "grant_dead",
    ],
    [200, { code: 399, message: "client" }, "transient", "answer_unreadable", "cloud_error"],
    [401, { code: 401, message: "bad refresh token" }, "dead_grant", "invalid_grant", "grant_dead"],
    [403, { code: 403, message: "Forbidden" }, "transient", "http_403", "cloud_error"],
    [403, { message: "Missing Authentication Token" }, "transient", "http_403", "cloud_error"],
    [200, { code: 400, message: "client request timeout" }, "transient", "temporarily_unavailable", "cloud_error"],
    [200, { message: "client request timeout" }, "transient", "answer_unreadable", "cloud_error"],
  ])("%i %j", (status, body, kind, code, reason) => {
    expect(failureOfAnswer(answer(status, body), utec)).toMatchObject({ class: kind, code, reason });
  });
});

describe("a call without an answer", () => {
  test.each<[CallErrorCode, FailureClass, TokenReason]>([
    ["timeout", "transient", "cloud_unreachable"],
    ["name_not_resolved", "transient", "cloud_unreachable"],
    ["connection_refused", "transient", "cloud_unreachable"],
    ["connection_broken", "transient", "cloud_unreachable"],
    ["network_unreachable", "transient", "cloud_unreachable"],
    ["certificate_not_trusted", "transient", "cloud_unreachable"],
    ["certificate_out_of_date", "transient", "cloud_unreachable"],
    ["encryption_failed", "transient", "cloud_unreachable"],
    ["answer_too_large", "transient", "cloud_unreachable"],
    ["answer_unreadable", "transient", "cloud_unreachable"],
    ["certificate_of_another_name", "transient", "cloud_unreachable"],
    ["proxy_unreachable", "transient", "cloud_unreachable"],
    ["proxy_wants_sign_in", "transient", "cloud_unreachable"],
    ["proxy_refused", "transient", "cloud_unreachable"],
  ])("%s", (code, kind, reason) => {
    expect(failureOfCall(new CallError(code), utec, 20_000)).toMatchObject({
      class: kind,
      code,
      reason,
      refused: false,
    });
    expect(failureOfCall(new CallError(code), utec, 20_000).what).not.toMatch(/client|secret/);
  });

  test.each<[CallError, string]>([
    [
      new CallError("proxy_wants_sign_in", refused("proxy.lan:3128", "cloud.test:443", 407, false), "proxy.lan:3128"),
      "The U-tec cloud can't be reached: the proxy proxy.lan:3128 wants a user name and a password (407)",
    ],
    [
      new CallError("timeout", undefined, "proxy.lan:3128"),
      "The U-tec cloud did not answer through the proxy proxy.lan:3128 within 20 s",
    ],
    [
      new CallError("connection_broken", undefined, "proxy.lan:3128"),
      "The U-tec cloud can't be reached through the proxy proxy.lan:3128: the connection broke",
    ],
    [
      new CallError("certificate_not_trusted", undefined, "proxy.lan:3128"),
      "The certificate that came for the U-tec cloud through the proxy proxy.lan:3128 is not one that can be trusted: a firewall, a proxy or the network's own sign-in page may have answered",
    ],
  ])("names the proxy that it went through: %s", (failed, sentence) => {
    expect(failureOfCall(failed, utec, 20_000).what).toBe(sentence);
  });

  test("says how long it was waited", () => {
    expect(failureOfCall(new CallError("timeout"), utec, 20_000).what).toBe(
      "The U-tec cloud did not answer within 20 s",
    );
  });
});

describe("Retry-After is read", () => {
  const ahead = new Date(NOW + 3_600_000).toUTCString();
  test.each<[string, Record<string, string>, number | null]>([
    ["in seconds", { "retry-after": "30" }, NOW + 30_000],
    ["as a date", { "retry-after": new Date(NOW + 60_000).toUTCString() }, NOW + 60_000],
    ["as a date on the server's own clock", { "retry-after": ahead, date: ahead }, NOW],
    [
      "as a date after that of a server whose clock is ahead",
      { "retry-after": new Date(NOW + 3_660_000).toUTCString(), date: ahead },
      NOW + 60_000,
    ],
    ["not, when it only ends with a number", { "retry-after": "1e30" }, null],
    ["not, when it is neither", { "retry-after": "later" }, null],
    ["not, when it is absent", {}, null],
    ["not, when it is empty", { "retry-after": " " }, null],
    ["with spaces around it", { "retry-after": " 30 " }, NOW + 30_000],
    ["not, when it only begins with a number", { "retry-after": "30 minutes or so" }, null],
  ])("%s", (_, headers, at) => {
    expect(failureOfAnswer(answer(429, "", headers), plain).retry_after_at).toBe(at);
  });
});

test("nothing of an answer is repeated that could be a secret", () => {
  const leaky = {
    error: "Refresh token rt-12345678 is unknown",
    error_description: "rt-12345678",
    message: "rt-12345678",
  };
  for (const provider of [utec, plain]) {
    expect(JSON.stringify(failureOfAnswer(answer(400, leaky), provider))).not.toContain("rt-12345678");
  }
});

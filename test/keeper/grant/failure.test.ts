import { describe, expect, test } from "vitest";
import type { FailureClass, TokenReason } from "../../../src/keeper/account.ts";
import type { RawAnswer } from "../../../src/keeper/answers/raw-answer.ts";
import {
  failureOfAnswer,
  failureOfCall,
  identityUnknown,
  interruptedFailure,
  noLogin,
  noRefreshToken,
  endpointsNotFound,
  staticEnded,
  withoutSecrets,
} from "../../../src/keeper/grant/failure.ts";
import type { Failure } from "../../../src/keeper/grant/failure.ts";
import { CallError } from "../../../src/keeper/token-calls/http-call.ts";
import type { CallErrorCode } from "../../../src/keeper/token-calls/http-call.ts";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
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

describe("what no answer tells is a failure with a sentence of its own", () => {
  const outage = (code: string, what: string): Failure => ({
    class: "transient",
    code,
    what,
    reason: "cloud_unreachable",
    refused: false,
    retry_after_at: null,
  });
  test.each<[string, Failure, Failure]>([
    [
      "an interrupted refresh",
      interruptedFailure(utec, "refresh_token"),
      outage("interrupted", "A refresh was interrupted before the U-tec cloud answered"),
    ],
    [
      "an interrupted sign-in",
      interruptedFailure(utec, "authorization_code"),
      outage("interrupted", "A sign-in was interrupted before the U-tec cloud answered"),
    ],
    [
      "an unknown user",
      identityUnknown(utec),
      outage("identity_unknown", "The U-tec cloud did not say who has signed in"),
    ],
    [
      "a document without endpoints",
      endpointsNotFound(plain, null, 1000),
      outage("not_discovered", "The OAuth server does not name its endpoints"),
    ],
    [
      "no document in time",
      endpointsNotFound(plain, new CallError("timeout"), 1000),
      outage("not_discovered", "The OAuth server did not answer within 1 s"),
    ],
    [
      "no document there",
      endpointsNotFound(plain, answer(404, ""), 1000),
      outage(
        "not_discovered",
        "There is no discovery document at the address of the OAuth server right now (404): something on the way may have answered",
      ),
    ],
    [
      "a static token that has ended",
      staticEnded("Spare"),
      {
        class: "configuration",
        code: "static_token_ended",
        what: "The token of Spare has ended and can't be renewed: enter a new one",
        reason: "client_refused",
        refused: true,
        retry_after_at: null,
      },
    ],
    [
      "no refresh token",
      noRefreshToken(utec),
      {
        class: "dead_grant",
        code: "no_refresh_token",
        what: "The U-tec cloud gave no refresh token at the sign-in",
        reason: "grant_dead",
        refused: false,
        retry_after_at: null,
      },
    ],
    [
      "no login",
      noLogin(loginProvider()),
      {
        class: "configuration",
        code: "login_not_found",
        what: "The login at accepted the user name and password in none of the usual ways: give the login's own address",
        reason: "client_refused",
        refused: true,
        retry_after_at: null,
      },
    ],
  ])("%s", (_, failure, expected) => {
    expect(failure).toEqual(expected);
  });
});

describe("a refusal says what to correct, and where a sign-in is asked for", () => {
  test.each<[string, Failure, string]>([
    [
      "of a client",
      failureOfAnswer(answer(401, { error: "invalid_client" }), utec),
      "The U-tec cloud does not accept the client (invalid_client): check client id, client secret and redirect URI",
    ],
    [
      "of a grant",
      failureOfAnswer(answer(400, { error: "invalid_grant" }), utec),
      "The U-tec cloud refused the sign-in (invalid_grant)",
    ],
    [
      "that may pass",
      failureOfAnswer(answer(400, { error: "slow_down" }), utec),
      "The U-tec cloud can't answer right now (slow_down)",
    ],
    [
      "of client credentials",
      failureOfAnswer(answer(400, { error: "invalid_grant" }), { ...plain, grant: "client_credentials" }),
      "The OAuth server does not accept the client id and secret (invalid_grant): correct them",
    ],
    [
      "of a login",
      failureOfAnswer(answer(401, ""), { ...plain, grant: "basic" }),
      "The OAuth server does not accept the user name and password (credentials_refused): correct them",
    ],
  ])("%s", (_, { what }, sentence) => {
    expect(what).toBe(sentence);
  });

  test("without a secret that the cloud says back", () => {
    const scrub = (text: string): string => text.replaceAll("canary", "[secret]");
    const said = failureOfAnswer(answer(400, { error: "invalid_grant" }), utec);
    expect(withoutSecrets(said, { scrub })).toEqual(said);
    expect(withoutSecrets({ ...said, code: "canary", what: "It said canary" }, { scrub })).toMatchObject({
      code: "refused",
      what: "It said [secret]",
    });
  });
});

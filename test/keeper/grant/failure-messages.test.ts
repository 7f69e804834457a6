import { describe, expect, test } from "vitest";
import type { RawAnswer } from "../../../src/keeper/answers/raw-answer.ts";
import {
  failureOfAnswer,
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
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import { oauth2Provider } from "../../../src/keeper/providers/oauth2.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const utec = utecProvider();
const plain = oauth2Provider({ authorizeUrl: "https://a.test/authorize", tokenUrl: "https://a.test/token" });

function answer(status: number, body: unknown, headers: Record<string, string> = {}): RawAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers, body: text, received_at: NOW };
}

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
      noLogin(loginProvider(), 0),
      {
        class: "configuration",
        code: "login_not_found",
        what: "The login at accepted the user name and password in none of the usual ways: look at what each has said, and give the login's own address",
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
      "The OAuth server does not accept the user name and password: correct them",
    ],
    [
      "of a login in its own words",
      failureOfAnswer(answer(401, { error: "invalid_credentials" }), { ...plain, grant: "basic" }),
      "The OAuth server does not accept the user name and password (invalid_credentials): correct them",
    ],
  ])("%s", (_, { what }, sentence) => {
    expect(what).toBe(sentence);
  });

  test.for([
    [1, "one of the ways that were tried has said so"],
    [3, "3 of the ways that were tried have said so"],
  ] as const)("of a search in which %d said no", ([refusals, words]) => {
    expect(noLogin(plain, refusals).what).toContain(`(${words}): correct them`);
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

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "../../../scripts/processes/gateway-process.ts";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import type { ProblemCode } from "../../../src/problem.ts";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import type { Fault } from "../../../src/simulator/faults/fault.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { REDIRECT_URI, aCloud, aFolder, aGateway, callbackOf } from "../stage.ts";

/** One for all tests: each has accounts of its own, which need clients of their own. */
const ends: (() => void | Promise<void>)[] = [];
const CLIENTS = Array.from({ length: 40 }, (_, number) => ({
  client_id: `client-${number}`,
  client_secret: `canary-client-secret-${number}`,
  redirect_uris: [REDIRECT_URI],
}));
const OTHER_USER = { id: "0f".repeat(16), first_name: "Kim", last_name: "Field", email: "kim@example.test" };

let cloud: Simulator;
let gateway: GatewayProcess;
let clientsUsed = 0;
let recordsBefore = 0;

beforeAll(async () => {
  const atTheEnd = (end: () => void | Promise<void>): void => void ends.unshift(end);
  cloud = await aCloud(atTheEnd, { clients: CLIENTS, users: [DEMO.user, OTHER_USER] });
  const dataFolder = aFolder(atTheEnd);
  gateway = await aGateway(atTheEnd, { cloud, dataFolder, environment: { UTEC_GATEWAY_LOG_LEVEL: "trace" } });
});
afterAll(async () => {
  for (const end of ends) await end();
});
beforeEach(() => {
  recordsBefore = gateway.records.length;
});

describe("what is pasted", () => {
  test.for<[string, (callback: string) => string, ProblemCode]>([
    ["without a code", () => `${REDIRECT_URI}?state=abc`, "callback_without_code"],
    ["without anything", () => REDIRECT_URI, "callback_without_code"],
    ["that is nonsense", () => "I pressed the button!", "callback_without_code"],
    ["that has lost its code", (callback) => callback.replace(/code=[^&]*/, "code="), "callback_without_code"],
    ["with another state", (callback) => callback.replace(/state=[^&]*/, "state=stale"), "callback_of_another_sign_in"],
    [
      "with a code that the cloud does not know",
      (callback) => callback.replace(/code=[^&]*/, "code=made-up"),
      "code_refused",
    ],
    [
      "that says that the person refused",
      (callback) => callback.replace(/code=[^&]*/, "error=access_denied"),
      "sign_in_refused",
    ],
  ])("%s is refused, and the right address signs in after it", async ([, change, code]) => {
    const account = await anAccount();
    const callback = await callbackOf(gateway, cloud, account.id);
    await expectSentence(paste(account, change(callback)), code);
    expect(await stateOf(account)).toMatchObject({ status: "sign_in_needed", reason: "never_signed_in" });
    await signsIn(account);
  });

  test.for([
    ["an address", (callback: string) => callback],
    ["a bare code", (callback: string) => new URL(callback).searchParams.get("code") ?? ""],
  ] as const)("%s is sent once: a second time is told the same success, and harms nothing", async ([, part]) => {
    const account = await anAccount();
    const callback = part(await callbackOf(gateway, cloud, account.id));
    expect(await paste(account, callback)).toMatchObject({ status: "fresh", generation: 1 });
    expect(await paste(account, callback)).toMatchObject({ status: "fresh", generation: 1 });
    await refreshes(account);
  });

  test("for one account does not sign another in", async () => {
    const [one, other] = [await anAccount(), await anAccount()];
    const callback = await callbackOf(gateway, cloud, one.id);
    await expectSentence(paste(other, callback), "callback_of_another_sign_in");
    expect(await stateOf(other)).toMatchObject({ status: "sign_in_needed" });
    expect(await paste(one, callback)).toMatchObject({ status: "fresh" });
  });
});

describe("the client", () => {
  test("with a wrong secret is refused, said in the account, and signs in when the secret is right", async () => {
    const account = await anAccount({ client_secret: "canary-wrong-secret" });
    const callback = await callbackOf(gateway, cloud, account.id);
    await expectSentence(paste(account, callback), "client_refused");
    await expectInAccount(account, "configuration");
    const client_secret = CLIENTS[clientsUsed - 1]?.client_secret;
    await gateway.post("api/accounts/update", { account_id: account.id, client_secret });
    await signsIn(account);
  });

  test("with an id that the cloud does not know is refused, and signs in when the id is right", async () => {
    const account = await anAccount({ client_id: "client-unknown" });
    // The cloud's page refuses it, too; who pastes a code all the same is told by the gateway.
    await expectSentence(paste(account, "made-up-code"), "client_refused");
    await expectInAccount(account, "configuration");
    const client_id = CLIENTS[clientsUsed - 1]?.client_id;
    await gateway.post("api/accounts/update", { account_id: account.id, client_id });
    await signsIn(account);
  });
});

const BAD_ANSWERS: [string, Partial<Fault> & Pick<Fault, "kind">, ProblemCode][] = [
  ["HTML", { kind: "html" }, "cloud_answer_unreadable"],
  ["a page of HTML with 502", { kind: "html_502" }, "cloud_error"],
  ["500", { kind: "http_500" }, "cloud_error"],
  ["nothing, with 200", { kind: "empty" }, "cloud_answer_unreadable"],
  ["JSON of another shape", { kind: "wrong_shape" }, "cloud_answer_unreadable"],
  ["garbage", { kind: "garbage" }, "cloud_answer_unreadable"],
  ["that it is asked too often", { kind: "rate_limited" }, "rate_limited"],
  ["an error in an HTTP 200", { kind: "answer", body: { code: 500, message: "busy" } }, "cloud_error"],
  ["with a broken connection", { kind: "lost_before" }, "cloud_unreachable"],
];

describe("a token endpoint that answers", () => {
  test.for(BAD_ANSWERS)("%s: one sentence, and what was pasted can be pasted again", async ([, fault, code]) => {
    const account = await anAccount();
    const callback = await callbackOf(gateway, cloud, account.id);
    cloud.control.fault({ where: "token", ...fault });
    await expectSentence(paste(account, callback), code);
    await expectInAccount(account, "transient");
    expect(await stateOf(account)).toMatchObject({ status: "sign_in_needed", reason: "never_signed_in" });
    expect(await paste(account, callback)).toMatchObject({ status: "fresh", generation: 1 });
  });

  const refusals: typeof BAD_ANSWERS = [
    ["that the code is no good", { kind: "invalid_grant" }, "code_refused"],
    ["that the client is no good", { kind: "invalid_client" }, "client_refused"],
  ];
  test.for([...BAD_ANSWERS, ...refusals])("%s leaves an earlier sign-in as it was", async ([, fault, code]) => {
    const account = await anAccount();
    await signsIn(account);
    const before = await stateOf(account);
    cloud.control.fault({ where: "token", grant_type: "authorization_code", ...fault });
    await expectSentence(paste(account, await callbackOf(gateway, cloud, account.id)), code);
    const { status, generation, expires_at, next_refresh_at } = before;
    expect(await stateOf(account)).toMatchObject({ status, generation, expires_at, next_refresh_at });
    await refreshes(account);
  });

  test("never: the wait ends after 20 s with one sentence, and then a right sign-in", async () => {
    const account = await anAccount();
    cloud.control.fault({ where: "token", kind: "hang" });
    await expectSentence(
      paste(account, await callbackOf(gateway, cloud, account.id)),
      "cloud_unreachable",
      "within 20 s",
    );
    await expectInAccount(account, "transient");
    await signsIn(account);
  });
});

test("a sign-in by another user of the cloud is refused with a question, and the first one's stays", async () => {
  const account = await anAccount();
  await signsIn(account);
  const callback = await callbackOf(gateway, cloud, account.id, OTHER_USER.id);
  await expectSentence(paste(account, callback), "other_user");
  await expectInAccount(account, "configuration");
  expect(await stateOf(account)).toMatchObject({ status: "fresh", generation: 1, cloud_user: DEMO.user.id });
  await refreshes(account);
});

test("no secret, code or token stands in anything that was said about all this", async () => {
  const accounts = await gateway.get<{ accounts: AccountState[] }>("api/accounts");
  const said = gateway.output + JSON.stringify(accounts) + JSON.stringify(await gateway.get("api/log?level=trace"));
  const tokens = cloud.control.grants().flatMap(({ access_token, refresh_token }) => [access_token, refresh_token]);
  const secrets = ["canary-wrong-secret", ...CLIENTS.map(({ client_secret }) => client_secret), ...tokens];
  expect(secrets.length).toBeGreaterThan(80);
  expect(secrets.filter((secret) => secret !== null && said.includes(secret))).toEqual([]);
});

/** A new account with a client of its own, and its sentences from here on. */
async function anAccount(details: { client_id?: string; client_secret?: string } = {}): Promise<AccountState> {
  const client = CLIENTS[clientsUsed];
  if (client === undefined) throw new Error("More clients are needed.");
  clientsUsed += 1;
  const { client_id, client_secret } = client;
  const name = `Account ${clientsUsed}`;
  return gateway.post<AccountState>("api/accounts", {
    name,
    client_id,
    client_secret,
    redirect_uri: REDIRECT_URI,
    ...details,
  });
}

function paste({ id }: AccountState, callback_url: string): Promise<AccountState> {
  return gateway.post<AccountState>("api/accounts/exchange", { account_id: id, callback_url });
}

async function stateOf({ id }: AccountState): Promise<AccountState> {
  const found = (await gateway.state()).accounts.find((account) => account.id === id);
  if (found === undefined) throw new Error("The account is gone.");
  return found;
}

/** The API says no with this code and one sentence; what concerns more than the paste is in the log in the same words. */
async function expectSentence(request: Promise<unknown>, code: ProblemCode, words = ""): Promise<void> {
  const error: unknown = await request.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof ApiError)) throw new Error(`Nothing was refused: ${String(error)}`);
  const [, sentence = ""] = /^\d+ \w+: (.*)$/s.exec(error.message) ?? [];
  expect(error.code).toBe(code);
  expect(sentence).toMatch(/^[A-Z].+[:;,] .+\.$/);
  expect(sentence).not.toMatch(/\. [A-Z]/);
  expect(sentence).toContain(words);
  const logged = gateway.records.slice(recordsBefore).filter(({ level }) => level === "warn" || level === "error");
  expect(logged.map(({ message }) => message)).toContain(sentence);
}

/** The account's history ends with the failure. */
async function expectInAccount(
  account: AccountState,
  kind: "transient" | "configuration" | "dead_grant",
): Promise<void> {
  const { recent } = await stateOf(account);
  expect(recent.at(-1)).toMatchObject({ kind: "failed", class: kind, message: expect.stringMatching(/^[A-Z].+\.$/) });
}

async function signsIn(account: AccountState): Promise<void> {
  expect(await paste(account, await callbackOf(gateway, cloud, account.id))).toMatchObject({ status: "fresh" });
}

/** The grant is still good: the cloud takes its newest refresh token. */
async function refreshes(account: AccountState): Promise<void> {
  const { generation } = await stateOf(account);
  expect(await gateway.post("api/accounts/refresh", { account_id: account.id })).toMatchObject({
    status: "fresh",
    generation: generation + 1,
  });
}

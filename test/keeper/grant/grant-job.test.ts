import { beforeEach, describe, expect, test } from "vitest";
import type { GrantStep } from "../../../src/keeper/grant/grant-context.ts";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import type { GrantJob } from "../../../src/keeper/grant/grant-runner.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import { Problem } from "../../../src/problem.ts";
import { Crash, crashAt } from "./crash.ts";
import { DETAILS } from "../house.ts";
import type { House } from "../house.ts";
import type { OAuthServer } from "../token-calls/oauth-server.ts";
import { streetForEach } from "../street.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const street = streetForEach();
let server: OAuthServer;
beforeEach(() => {
  server = street.server;
});

describe("of an account that goes", () => {
  const jobs = (id: string): GrantJob[] => [
    { kind: "refresh", account_id: id, generation: null },
    { kind: "refresh", account_id: id, generation: 1 },
    { kind: "sign_in", account_id: id, code: server.code(), redirect_uri: DETAILS.redirect_uri },
    { kind: "revoke", account_id: id },
  ];

  test("a job that comes after calls nobody", async () => {
    const { house, id } = await street.signedIn();
    house.vault.accounts.remove(id);
    const calls = server.calls;
    for (const job of jobs(id)) {
      expect(await runGrant(house.world, job)).toEqual({ outcome: "unneeded", account_id: id });
    }
    expect(server.calls).toBe(calls);
  });

  test.each(["refresh", "sign_in"] as const)("a %s that was about to be made is not", async (kind) => {
    const { house, id } = await street.signedIn();
    const calls = server.calls;
    const onStep = (step: GrantStep): void => {
      if (step === "decided") house.vault.accounts.remove(id);
    };
    const job = jobs(id).findLast((asked) => asked.kind === kind);
    if (job === undefined) throw new Error("There is such a job.");
    expect(await runGrant({ ...house.world, onStep }, job)).toEqual({ outcome: "unneeded", account_id: id });
    expect(server.calls).toBe(calls);
  });
});

describe("a job that can't be done says so, and calls nobody", () => {
  const failure = (code: string, message: string): object => ({
    outcome: "failed",
    problem: { code, message, retryable: false },
  });

  test("for an account of a kind that is not known", async () => {
    const { house, id } = await street.signedIn();
    const world = { ...house.world, providers: [] };
    const message = "Home is of a kind of account that this version does not know: update the gateway.";
    expect(await runGrant(world, { kind: "refresh", account_id: id, generation: 1 })).toMatchObject(
      failure("misconfigured", message),
    );
  });

  test("for one that is not signed in", async () => {
    const house = street.build();
    const { id } = house.keeper.addAccount(DETAILS);
    expect(await house.runner.run({ kind: "refresh", account_id: id, generation: 0 })).toMatchObject(
      failure("sign_in_needed", "Home is signed out: sign in."),
    );
    expect(server.calls).toBe(0);
  });

  test("for one whose cloud gave no refresh token, once its access token is over", async () => {
    const house = street.build();
    const { id } = house.keeper.addAccount(DETAILS);
    server.queueFault((response) => response.end('{"access_token":"access-user-1-0","expires_in":3600}'));
    await house.keeper.exchange("a-code", id);
    const calls = server.calls;
    expect(await house.planned(id)).toSatisfy((pause: number) => pause > 59 * MINUTE);
    expect(house.keeper.accounts()[0]).toMatchObject({
      status: "sign_in_needed",
      last_error: { code: "no_refresh_token" },
      next_refresh_at: null,
    });
    expect(server.calls).toBe(calls);
  });

  test("for a cloud that can't end a sign-in", async () => {
    const { house, id } = await street.signedIn();
    const calls = server.calls;
    expect(await runGrant(house.world, { kind: "revoke", account_id: id })).toEqual({
      outcome: "unneeded",
      account_id: id,
    });
    expect(server.calls).toBe(calls);
  });

  test("for a cloud whose token endpoint nobody has named, which is asked for again", async () => {
    const { house, id } = await street.signedIn();
    const providers = house.providers.map((provider) => ({ ...provider, tokenUrl: null }));
    const calls = server.calls;
    const report = await runGrant({ ...house.world, providers }, { kind: "refresh", account_id: id, generation: 1 });
    expect(report).toMatchObject({ outcome: "failed", problem: { code: "cloud_unreachable", retryable: true } });
    expect(house.vault.accounts.get(id)).toMatchObject({ last_error_code: "not_discovered" });
    expect(server.calls).toBe(calls);
  });
});

test("a refresh that is interrupted again and again is sent again at once but once", async () => {
  const { house, id } = await street.signedIn();
  const planned = { kind: "refresh", account_id: id, generation: null } as const;
  for (const [waits, generation] of [
    [0, 1],
    [1, null],
    [1, null],
  ] as const) {
    house.clock.offsetMs += generation === null ? HOUR : 0;
    const interrupted = { ...house.world, onStep: crashAt("intent_journalled") };
    await expect(runGrant(interrupted, { ...planned, generation })).rejects.toBeInstanceOf(Crash);
    const calls = server.calls;
    expect(await runGrant({ ...house.world, onStep: crashAt("decided") }, planned).catch(() => "crash")).toBe("crash");
    expect(server.calls).toBe(calls);
    const next = house.vault.accounts.get(id)?.next_refresh_at ?? 0;
    expect(next > house.clock.now()).toBe(waits > 0);
  }
});

test("a sign-in that was interrupted leaves the account as it was", async () => {
  const { house, id } = await street.signedIn();
  const world = { ...house.world, onStep: crashAt("intent_journalled") };
  const job = { kind: "sign_in", account_id: id, code: server.code(), redirect_uri: DETAILS.redirect_uri } as const;
  await expect(runGrant(world, job)).rejects.toBeInstanceOf(Crash);
  await house.runner.run({ kind: "refresh", account_id: id, generation: null });
  expect(house.vault.accounts.get(id)).toMatchObject({ last_error_code: null, consecutive_failures: 0, generation: 1 });
  expect(house.keeper.events(id).at(-1)).toMatchObject({ kind: "failed", code: "interrupted" });
});

describe("a sign-in that finds an interrupted call", () => {
  const job = (id: string): GrantJob => ({
    kind: "sign_in",
    account_id: id,
    code: server.code(),
    redirect_uri: DETAILS.redirect_uri,
  });

  async function interrupted(): Promise<{ house: House; id: string }> {
    const { house, id } = await street.signedIn();
    const world = { ...house.world, onStep: crashAt("answer_journalled") };
    await expect(runGrant(world, { kind: "refresh", account_id: id, generation: 1 })).rejects.toBeInstanceOf(Crash);
    return { house, id };
  }

  test("finishes that, and signs in all the same", async () => {
    const { house, id } = await interrupted();
    expect(await runGrant(house.world, job(id))).toMatchObject({ outcome: "committed", generation: 3 });
    expect(house.keeper.events(id).map(({ kind }) => kind)).toEqual(["signed_in", "adopted", "signed_in"]);
  });

  test("signs nobody in when the account goes meanwhile", async () => {
    const { house, id } = await interrupted();
    const calls = server.calls;
    const onStep = (step: GrantStep): void => {
      if (step === "committed") house.vault.accounts.remove(id);
    };
    expect(await runGrant({ ...house.world, onStep }, job(id))).toEqual({ outcome: "unneeded", account_id: id });
    expect(server.calls).toBe(calls);
  });

  test.each(["database_corrupt", "key_wrong"] as const)(
    "makes good what is %s in it, and the log says so",
    async (code) => {
      const { house, id } = await interrupted();
      house.vault.journal.open = () => {
        throw new Problem(code, "It does not open.");
      };
      expect(await runGrant(house.world, job(id))).toMatchObject({ outcome: "committed", generation: 2 });
      expect(house.lines.filter((line) => line.includes("It does not open.") && line.includes(code))).toHaveLength(1);
      await expect(runGrant(house.world, { kind: "refresh", account_id: id, generation: 2 })).rejects.toThrow("open");
    },
  );

  test.each([new Problem("store_failed", "It does not open."), new TypeError("It does not open.")])(
    "does not go past what is no damage: %s",
    async (error) => {
      const { house, id } = await interrupted();
      house.vault.journal.open = () => {
        throw error;
      };
      await expect(runGrant(house.world, job(id))).rejects.toBe(error);
    },
  );
});

test("an answer that came through a sleep is as old as its call, and one that was only slow is not", async () => {
  const { house, id } = await street.signedIn();
  for (const [generation, sleptMs, isAged] of [
    [1, 3000, false],
    [2, 60 * MINUTE, true],
  ] as const) {
    const began = house.clock.now();
    const asleep: Fetch = async (url, init) => {
      const answer = await fetch(url, init);
      house.clock.offsetMs += sleptMs;
      return answer;
    };
    const job = { kind: "refresh", account_id: id, generation } as const;
    expect(await runGrant({ ...house.world, fetch: asleep }, job)).toMatchObject({ outcome: "committed" });
    const obtained = house.vault.tokens.newest(id)?.obtained_at ?? 0;
    expect(obtained - began < 2000).toBe(isAged);
  }
});

describe("what is secret is known as that to the log", () => {
  test("a code from the first, also one that is refused", async () => {
    const { house, id } = await street.signedIn();
    const job = { kind: "sign_in", account_id: id, code: "canary-code", redirect_uri: DETAILS.redirect_uri } as const;
    const onStep = (step: GrantStep): void => {
      if (step === "decided") expect(house.secrets.scrub(job.code)).not.toContain(job.code);
    };
    expect(await runGrant({ ...house.world, onStep }, job)).toMatchObject({ outcome: "failed" });
  });

  test("tokens as soon as they are read", async () => {
    const { house, id } = await street.signedIn();
    const onStep = (step: GrantStep): void => {
      if (step !== "normalised") return;
      const { body = "" } = house.vault.journal.open(id)?.answer ?? {};
      const tokens = body.match(/(access|refresh)-user-1-\d+/g) ?? [];
      expect(tokens).toHaveLength(2);
      for (const token of tokens) expect(house.secrets.scrub(token)).not.toContain(token);
    };
    const job = { kind: "refresh", account_id: id, generation: 1 } as const;
    expect(await runGrant({ ...house.world, onStep }, job)).toMatchObject({ outcome: "committed" });
  });
});

test("a call without an answer is in the log, with what it was about", async () => {
  const { house, id } = await street.signedIn();
  server.queueFault((response) => response.destroy());
  await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  const line = house.lines.find((said) => said.includes("A call to the token endpoint ended without an answer."));
  expect(line).toContain('"account":"Home"');
  expect(line).toContain("connection_broken");
});

test("a refresh token that a sign-in brings alone is of no use, and the account keeps its own", async () => {
  const { house, id } = await street.signedIn();
  const own = server.newestRefreshToken;
  server.queueFault((response) => response.end('{"refresh_token":"refresh-of-a-stranger"}'));
  await expect(house.keeper.exchange("a-code", id)).rejects.toMatchObject({ retryable: true });
  await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  expect(server.presented).toEqual([own]);
});

describe("an account whose user is not known yet", () => {
  const mute: Fetch = (url, init) =>
    url.endsWith("/action") ? Promise.resolve(new Response("", { status: 503 })) : fetch(url, init);

  async function unknown(): Promise<{ house: House; id: string }> {
    const house = street.build();
    const { id } = house.keeper.addAccount(DETAILS);
    const job = { kind: "sign_in", account_id: id, code: server.code(), redirect_uri: DETAILS.redirect_uri } as const;
    expect(await runGrant({ ...house.world, fetch: mute }, job)).toMatchObject({ outcome: "committed" });
    expect(house.vault.accounts.get(id)).toMatchObject({ cloud_user: null });
    return { house, id };
  }

  test("is signed in all the same, and asked for it at each refresh until it is told", async () => {
    const { house, id } = await unknown();
    const refresh = { kind: "refresh", account_id: id } as const;
    await runGrant({ ...house.world, fetch: mute }, { ...refresh, generation: 1 });
    expect(house.vault.accounts.get(id)).toMatchObject({ cloud_user: null, generation: 2 });
    await runGrant(house.world, { ...refresh, generation: 2 });
    expect(house.vault.accounts.get(id)).toMatchObject({ cloud_user: "user-1", generation: 3 });
    await runGrant(house.world, { ...refresh, generation: 3 });
    expect(server.identityCalls).toBe(1);
  });

  test("is not asked for it with a token that was not kept", async () => {
    const { house, id } = await unknown();
    const onStep = (step: GrantStep): void => {
      if (step === "normalised") house.vault.accounts.remove(id);
    };
    await runGrant({ ...house.world, onStep }, { kind: "refresh", account_id: id, generation: 1 });
    expect(server.identityCalls).toBe(0);
  });
});

import SqliteDatabase from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { CLOCK_SUSPECT, TOKEN_STATUSES } from "../../../src/keeper/account.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import { DETAILS, House } from "../../keeper/house.ts";
import { OAuthServer } from "../../keeper/token-calls/oauth-server.ts";
import { aDevice, anAccount } from "../../state/models.ts";
import { aStage } from "../stage.ts";

const NEEDS_A_PERSON = new Set(["sign_in_needed", "misconfigured", "store_failed"]);

describe("whether anything needs attention", () => {
  test.each(TOKEN_STATUSES)("an account that is %s", async (status) => {
    const { ask, picture } = await aStage();
    picture.update({ accounts: [anAccount({ status })] });
    const health = await ask("/health");
    if (NEEDS_A_PERSON.has(status)) {
      expect(health.status).toBe(503);
      expect(health.json).toMatchObject({ status: "person_needed", problems: [{ account: "Home", code: status }] });
    } else {
      expect([health.status, health.json]).toMatchObject([200, { status: "ok", problems: [] }]);
    }
  });

  test("a misconfigured account says what the cloud said of it", async () => {
    const { ask, picture } = await aStage();
    const last_error = {
      class: "configuration",
      code: "invalid_client",
      message: "The client id is wrong.",
      at: 1,
    } as const;
    picture.update({ accounts: [anAccount({ status: "misconfigured", last_error })] });
    expect((await ask("/health")).json).toMatchObject({ problems: [{ message: "The client id is wrong." }] });
  });

  test("an account that could get no token for hours says since when, and what was seen", async () => {
    const { ask, picture } = await aStage();
    const last_error = { class: "transient", code: "http_403", message: "A web page came.", at: 1 } as const;
    const no_token_since_at = Date.UTC(2026, 10, 21, 12);
    picture.update({ accounts: [anAccount({ status: "retrying", last_error, no_token_since_at })] });
    const { status, json } = await ask("/health");
    const message = "Home has no token, and could not get one since 2026-11-21T12:00:00.000Z: A web page came.";
    expect(status).toBe(503);
    expect(json).toMatchObject({ problems: [{ account: "Home", code: "cloud_unreachable", message }] });
    expect((await ask("/metrics")).text).toContain('utec_gateway_person_needed{account="Home",account_id="home"} 1');
  });

  test("a secret that the cloud repeated is not repeated again", async () => {
    const { ask, picture, secrets } = await aStage();
    secrets.add("a secret of the client");
    const message = "The cloud refused a secret of the client.";
    const last_error = { class: "configuration", code: "invalid_client", message, at: 1 } as const;
    picture.update({ accounts: [anAccount({ status: "misconfigured", last_error })] });
    expect((await ask("/health")).text).toContain("The cloud refused [secret].");
  });

  test("a wrong setting needs one too", async () => {
    const { ask, picture } = await aStage();
    picture.update({ gateway: { problems: [{ field: "poll_interval", message: "poll_interval must be a number." }] } });
    const { status, json } = await ask("/health");
    expect(status).toBe(503);
    expect(json).toMatchObject({
      status: "person_needed",
      problems: [{ code: "settings_invalid", message: "poll_interval must be a number." }],
      warnings: [],
    });
  });

  describe("what needs no attention yet is a warning", () => {
    const NOW = Date.UTC(2026, 10, 21, 12);
    const warnings = async (part: Partial<AccountState>): Promise<unknown> => {
      const { ask, picture } = await aStage({ clock: { ...systemClock, now: () => NOW } });
      picture.update({ accounts: [anAccount({ expires_at: NOW + 3_600_000, ...part })] });
      const { status, json } = await ask("/health");
      expect([status, json?.["problems"]]).toEqual([200, []]);
      return json?.["warnings"];
    };

    test("a refresh that should have begun a minute ago, even where the status does not say so yet", async () => {
      const late = [{ account: "Home", message: expect.stringMatching(/late, and its token ends at 2026-11-21T13/) }];
      expect(await warnings({ status: "due", next_refresh_at: NOW - 61_000 })).toMatchObject(late);
      expect(await warnings({ status: "fresh", next_refresh_at: NOW - 61_000 })).toMatchObject(late);
      expect(await warnings({ status: "due", next_refresh_at: NOW - 20_000 })).toEqual([]);
      expect(await warnings({ status: "fresh", next_refresh_at: NOW + 1 })).toEqual([]);
    });

    test("a sign-in that ends, beside what else there is to say", async () => {
      const ending = { account: "Home", message: expect.stringContaining("ends at 2026-11-21T12:00:01.000Z") };
      expect(await warnings({ sign_in_ends_at: NOW + 1000 })).toMatchObject([ending]);
      expect(await warnings({ sign_in_ends_at: NOW + 1000, next_refresh_at: NOW - 61_000 })).toMatchObject([
        ending,
        { message: expect.stringContaining("late") },
      ]);
    });

    test("a token that can't be renewed, and one that stands in for a login", async () => {
      expect(await warnings({ status: "static", expires_at: null })).toMatchObject([
        {
          account: "Home",
          code: "static",
          message: expect.stringMatching(/can't be renewed, and it has no known end/),
        },
      ]);
      const last_error = { class: "transient", code: "timeout", message: "The cloud is silent.", at: 1 } as const;
      expect(await warnings({ status: "static", reason: "cloud_unreachable", last_error })).toMatchObject([
        { message: expect.stringMatching(/used instead, ends at 2026-11-21T13.*The cloud is silent\./) },
      ]);
    });

    test("a refresh that is retried, with what the cloud said", async () => {
      const last_error = { class: "transient", code: "timeout", message: "The cloud is silent.", at: 1 } as const;
      expect(await warnings({ status: "retrying", consecutive_failures: 3, last_error })).toEqual([
        {
          account: "Home",
          code: "retrying",
          message: "3 refreshes of Home failed, and its token ends at 2026-11-21T13:00:00.000Z: The cloud is silent.",
        },
      ]);
    });

    test("automatic refresh that is off, and a clock that is wrong", async () => {
      expect(await warnings({ status: "paused", automatic_refresh: false })).toMatchObject([{ code: "paused" }]);
      expect(await warnings({ status: "clock_suspect" })).toMatchObject([
        { code: "clock_suspect", message: CLOCK_SUSPECT },
      ]);
    });
  });

  describe("what does not work is a warning, whatever the cause", () => {
    const NOW = Date.UTC(2026, 10, 21, 12);

    test.each(TOKEN_STATUSES)("a token that is over, of an account that is %s", async (status) => {
      const { ask, picture } = await aStage({ clock: { ...systemClock, now: () => NOW } });
      const over = async (expires_at: number | null): Promise<unknown> => {
        picture.update({ accounts: [anAccount({ status, expires_at })] });
        const { json } = await ask("/health");
        const told = json?.["warnings"] as readonly { readonly code: string }[] | undefined;
        return told?.filter(({ code }) => code === "token_over");
      };
      const told = {
        account: "Home",
        code: "token_over",
        message: expect.stringContaining("ended at 2026-11-21T12:00"),
      };
      // By a clock that can't be right nobody knows.
      expect(await over(NOW)).toMatchObject(status === "clock_suspect" ? [] : [told]);
      expect(await over(NOW + 1)).toEqual([]);
      expect(await over(null)).toEqual([]);
    });

    test.each([
      ["offline", /A lock of Home can be neither seen nor controlled: Front door \(offline\)\./],
      ["missing", /no longer in the account's list/],
      ["not_reported", /the cloud does not report its state/],
      ["sign_in_needed", /nobody is signed in/],
      ["cloud_unreachable", /the cloud does not answer/],
      [null, /its last state is too old/],
    ] as const)("a lock that is unavailable (%s)", async (trouble, message) => {
      const { ask, picture } = await aStage();
      picture.update({
        accounts: [anAccount({ expires_at: null })],
        devices: [aDevice({ name: "Front door", available: false, trouble })],
      });
      const { status, json } = await ask("/health");
      expect([status, json]).toMatchObject([
        200,
        {
          status: "ok",
          warnings: [{ account: "Home", code: "locks_unavailable", message: expect.stringMatching(message) }],
        },
      ]);
      picture.update({ devices: [aDevice({ available: true, trouble })] });
      expect((await ask("/health")).json).toMatchObject({ warnings: [] });
    });

    test("many locks are counted, those of each account apart; what is no lock is not told", async () => {
      const { ask, picture } = await aStage();
      const away = { available: false, trouble: "offline" } as const;
      picture.update({
        accounts: [anAccount({ expires_at: null }), anAccount({ id: "shed", name: "Shed", expires_at: null })],
        devices: [
          ...["1", "2", "3", "4", "5", "6", "7"].map((id) => aDevice({ id, name: `Door ${id}`, ...away })),
          aDevice({ id: "door" }),
          aDevice({ id: "lamp", kind: "light", ...away }),
          aDevice({ id: "hut", name: "Hut", account_id: "shed", ...away }),
        ],
      });
      const { json } = await ask("/health");
      const told = json?.["warnings"] as readonly { readonly message: string }[] | undefined;
      expect(told?.map(({ message }) => message)).toEqual([
        "7 locks of Home can be neither seen nor controlled: Door 1 (offline), Door 2 (offline), Door 3 (offline), Door 4 (offline), Door 5 (offline), 2 more.",
        "A lock of Shed can be neither seen nor controlled: Hut (offline).",
      ]);
    });
  });

  test("a keeper's fault is seen within one tick, and its end too", async () => {
    const server = await OAuthServer.start();
    const house = new House({ url: server.url });
    onTestFinished(async () => {
      house.remove();
      await server.stop();
    });
    const { id } = house.keeper.addAccount(DETAILS);
    await house.keeper.exchange(server.code(), id);
    const { ask, picture } = await aStage({ accounts: house.keeper, clock: house.clock });
    picture.update({ accounts: house.keeper.accounts(), removed_accounts: ["home"] });
    house.keeper.subscribe(({ accounts, removed }) => picture.update({ accounts, removed_accounts: removed }));
    const health = async (): Promise<readonly unknown[]> => {
      house.keeper.tick();
      const { status, json } = await ask("/health");
      const problems = json?.["problems"] as readonly { readonly code: string }[] | undefined;
      return [status, problems?.[0]?.code];
    };
    expect(await health()).toEqual([200, undefined]);

    const disk = new SqliteDatabase(`${house.folder}/gateway.db`);
    disk.exec("ALTER TABLE event RENAME TO lost");
    expect(await health()).toEqual([503, "store_failed"]);
    disk.exec("ALTER TABLE lost RENAME TO event");
    disk.close();
    expect(await health()).toEqual([200, undefined]);

    // Before the token ends, and before any call has failed.
    house.clock.offsetMs += 3_300_000;
    house.keeper.tick();
    expect((await ask("/health")).json).toMatchObject({ status: "ok", warnings: [{ code: "due" }] });
    for (let times = 0; times < 2; times++) {
      server.queueFault((response) => response.writeHead(400).end('{"error":"invalid_grant"}'));
      await house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    }
    expect(await health()).toEqual([503, "sign_in_needed"]);
    await house.keeper.exchange(server.code(), id);
    expect(await health()).toEqual([200, undefined]);
  });

  test("nobody is needed to keep the process alive, whatever the accounts say", async () => {
    const { ask, picture } = await aStage();
    picture.update({ accounts: [anAccount({ status: "sign_in_needed" })] });
    const { status, json } = await ask("/health/live");
    expect([status, json]).toEqual([200, { status: "ok", version: "1.2.3" }]);
  });
});

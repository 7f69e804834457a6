import { describe, expect, test } from "vitest";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import { GRANT_STEPS } from "../../../src/keeper/grant/grant-context.ts";
import { again, granted, state } from "../scripted-clouds.ts";
import { attempts, DETAILS, loginCloudsForEach, missing, PATHS, told } from "./login-clouds.ts";
import type { Cloud } from "./login-clouds.ts";

const build = loginCloudsForEach();

describe("the search for a login", () => {
  test.each<[string, () => Response, string]>([
    [
      "is asked for a pause",
      () => new Response(null, { status: 429, headers: { "retry-after": "600" } }),
      "429: it asks for a pause",
    ],
    ["meets a fault of the cloud", () => new Response(null, { status: 503 }), "503: it can't answer now"],
    [
      "does not reach the cloud",
      () => {
        throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
      },
      "refused the connection; it is asked again later",
    ],
  ])("that %s goes on later from where it was", async (_, outage, sentence) => {
    let down = true;
    const { house, asked } = build(({ path }) => {
      if (path === "/api/login") return down ? outage() : granted();
      return missing();
    });
    const { id } = house.keeper.addAccount(DETAILS);
    for (let times = 0; times < 3; times++) await house.planned(id);
    expect(state(house)).toMatchObject({ status: "retrying", incident: null, last_error: { class: "transient" } });
    expect(attempts(house).at(-1)).toMatchObject({ outcome: "outage", message: expect.stringContaining(sentence) });
    down = false;
    await house.planned(id);
    expect(told(asked)).toEqual(
      [...PATHS.slice(0, 4), ...Array<string>(4).fill("/api/login")].map((path) => `${path} json_email`),
    );
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1 });
  });

  test("waits as long as it was asked to", async () => {
    const { house } = build(() => new Response(null, { status: 429, headers: { "retry-after": "600" } }));
    const { id } = house.keeper.addAccount(DETAILS);
    await house.planned(id);
    expect(await house.planned(id)).toBeGreaterThan(595_000);
  });

  test("is not held up by one address that always fails", async () => {
    const { house, asked } = build(({ path }) =>
      path === "/oauth/token" ? new Response(null, { status: 500 }) : path === "/api/login" ? granted() : missing(),
    );
    const { id } = house.keeper.addAccount(DETAILS);
    for (let times = 0; times < 3; times++) await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1 });
    expect(told(asked).filter((one) => one === "/oauth/token json_email")).toHaveLength(2);
  });

  test.each(GRANT_STEPS.filter((step) => step !== "identified" && step !== "normalised" && step !== "committed"))(
    "that a crash interrupts at `%s` asks nothing again that was answered",
    async (step) => {
      const cloud: Cloud = ({ path }) => (path === "/api/auth/login" ? granted() : missing());
      const { house, asked, fail } = build(cloud);
      const { id } = house.keeper.addAccount(DETAILS);
      let passes = step === "answered" || step === "answer_journalled" ? 3 : 1;
      const crash = (now: string): void => {
        if (now === step && --passes === 0) throw new Error("crash");
      };
      await expect(runGrant({ ...house.world, onStep: crash }, again(id))).rejects.toThrow("crash");
      fail();
      const next = build(cloud, house.folder);
      next.house.keeper.start();
      await next.house.runner.run(again(id));
      expect(state(next.house)).toMatchObject({ status: "fresh", generation: 1 });
      const all = told([...asked, ...next.asked]);
      // The answer that no journal has is asked for once more.
      expect(all).toHaveLength(step === "answered" ? 7 : 6);
      expect(new Set(all).size).toBe(6);
    },
  );

  test("that a crash interrupts at its last answer is over, and begins anew by hand alone", async () => {
    const { house, asked, fail } = build(missing);
    const { id } = house.keeper.addAccount(DETAILS);
    const crash = (now: string): void => {
      if (now === "answer_journalled" && asked.length === PATHS.length) throw new Error("crash");
    };
    await expect(runGrant({ ...house.world, onStep: crash }, again(id))).rejects.toThrow("crash");
    fail();
    const next = build(missing, house.folder);
    next.house.keeper.start();
    await next.house.runner.run(again(id));
    expect(next.asked).toHaveLength(0);
    expect(state(next.house)).toMatchObject({ status: "misconfigured", next_refresh_at: null });
  });

  test("that meets the same page everywhere asks one address at a time from then on, each in its turn", async () => {
    const { house, asked } = build(() => new Response("<p>Sign in to the hotel's network</p>"));
    const { id } = house.keeper.addAccount(DETAILS);
    for (let flights = 0; flights < 4; flights++) await house.planned(id);
    expect(asked.map(({ path }) => path)).toEqual([...PATHS, ...PATHS.slice(0, 3)]);
    expect(state(house)).toMatchObject({ status: "retrying", incident: null });
  });

  test("that an outage and a crash interrupt waits for the cloud all the same", async () => {
    const { house, fail } = build(() => new Response(null, { status: 429, headers: { "retry-after": "600" } }));
    const { id } = house.keeper.addAccount(DETAILS);
    const crash = (now: string): void => {
      if (now === "answer_journalled") throw new Error("crash");
    };
    await expect(runGrant({ ...house.world, onStep: crash }, again(id))).rejects.toThrow("crash");
    fail();
    const next = build(missing, house.folder);
    next.house.keeper.start();
    await next.house.runner.run(again(id));
    expect(next.asked).toHaveLength(0);
    expect(await next.house.planned(id)).toBeGreaterThan(500_000);
  });

  test("goes on in the next flight when its time is over", async () => {
    const { house, asked } = build(() => {
      house.clock.offsetMs += 900;
      return missing();
    });
    const { id } = house.keeper.addAccount(DETAILS);
    await house.planned(id);
    expect(asked).toHaveLength(3);
    expect(state(house)?.last_error).toMatchObject({ class: "transient", code: "login_search_unfinished" });
    expect(state(house)?.next_refresh_at).toBeLessThanOrEqual(house.clock.now());
    while ((state(house)?.next_refresh_at ?? null) !== null) await house.planned(id);
    expect(told(asked)).toEqual(PATHS.map((path) => `${path} json_email`));
  });
});

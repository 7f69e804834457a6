import { describe, expect, test } from "vitest";
import { wattTimeProvider } from "../../../src/keeper/providers/watttime.ts";
import { startWattTime, WATTTIME_USER } from "../../../src/simulator/logins/watttime.ts";
import type { WattTimeSettings } from "../../../src/simulator/logins/watttime.ts";
import { state } from "../../keeper/scripted-clouds.ts";
import { houseBeside, untilTestEnds } from "./stage.ts";

const wattTime = (settings: Partial<WattTimeSettings> = {}) => untilTestEnds(startWattTime({ settings }));
const aHouse = (watttime: { readonly url: string }) =>
  houseBeside(watttime, { ...wattTimeProvider(), tokenUrl: `${watttime.url}/v3/login` });

const ACCOUNT = { provider: "watttime", name: "Grid", ...WATTTIME_USER } as const;

describe("the simulated WattTime", () => {
  test("gives a JWT of 30 minutes for a user name and a password, and its index for the token", async () => {
    const watttime = await wattTime();
    const house = aHouse(watttime);
    const { value, expires_at } = await house.keeper.getToken(house.keeper.addAccount(ACCOUNT).id);
    expect((expires_at ?? 0) - house.clock.now()).toSatisfy((ms: number) => ms > 1_790_000 && ms <= 1_800_000);
    const ask = (query: string, token = value): Promise<Response> =>
      fetch(`${watttime.url}/v3/signal-index?${query}`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await ask("region=CAISO_NORTH&signal_type=co2_moer")).json()).toEqual({
      data: [{ point_time: expect.any(String), value: 42 }],
      meta: { region: "CAISO_NORTH", signal_type: "co2_moer", units: "percentile" },
    });
    expect((await ask("")).status).toBe(400);
    expect((await ask("region=PJM_DC")).status).toBe(403);
    expect((await ask("region=CAISO_NORTH", "another")).status).toBe(401);
    watttime.cloud.tokens.expire();
    expect((await ask("region=CAISO_NORTH")).status).toBe(401);
  });

  test.each<[string, Partial<WattTimeSettings>, string]>([
    ["a wrong password", { password: "another-password" }, "credentials_refused"],
    ["a registration that is not verified", { registration: "unverified" }, "credentials_refused"],
    ["a user who was suspended", { registration: "suspended" }, "credentials_refused"],
  ])("refuses %s, and the person is asked to act", async (_, settings, code) => {
    const watttime = await wattTime(settings);
    const house = aHouse(watttime);
    const { id } = house.keeper.addAccount(ACCOUNT);
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "misconfigured", last_error: { class: "configuration", code } });
  });

  test("is waited for while it is down", async () => {
    const watttime = await wattTime({ outage: true });
    const house = aHouse(watttime);
    const { id } = house.keeper.addAccount(ACCOUNT);
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "retrying", incident: null });
    watttime.cloud.set({ outage: false });
    await house.planned(id);
    expect(state(house)).toMatchObject({ status: "fresh", generation: 1 });
  });
});

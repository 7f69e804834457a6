import { describe, expect, test } from "vitest";
import type { House } from "../house.ts";
import { IssuerHouses } from "./issuer-houses.ts";

const stage = IssuerHouses.forEach();

describe("whoever leaves", () => {
  async function player(house: House): Promise<{ id: string; refresh_token: string | null | undefined }> {
    const refresh_token = await stage.issuer.refreshToken();
    const { id } = house.keeper.addAccount({ provider: "yoto", name: "Player", client_id: "public", refresh_token });
    await house.keeper.getToken(id);
    return { id, refresh_token: house.vault.tokens.newest(id)?.refresh_token };
  }

  test("by a removal ends the grant at the cloud, and is wiped here", async () => {
    const house = stage.build();
    const { id, refresh_token } = await player(house);
    expect(await stage.issuer.takesRefresh(refresh_token)).toBe(true);
    await house.keeper.removeAccount(id);
    expect(await stage.issuer.takesRefresh(refresh_token)).toBe(false);
    expect(stage.issuer.count("/token/revocation")).toBe(1);
    expect(house.keeper.accounts()).toEqual([]);
    expect(house.vault.tokens.newest(id)).toBeNull();
  });

  test("by a sign-out too, also where there is only an access token, at the endpoint that was discovered", async () => {
    const house = stage.build();
    const { id } = house.keeper.addAccount(stage.machine());
    const { value } = await house.keeper.getToken(id);
    expect(await house.keeper.signOut(id)).toMatchObject({ status: "sign_in_needed", reason: "signed_out" });
    expect(await stage.issuer.takes(value)).toBe(false);
    expect(stage.issuer.count("/token/revocation")).toBe(1);
    await house.keeper.removeAccount(id);
    expect(stage.issuer.count("/token/revocation")).toBe(1);
  });

  test.each(["down", "silent"] as const)("is not kept by a cloud that is %s", async (trouble) => {
    const house = stage.build();
    const { id, refresh_token } = await player(house);
    stage.issuer[trouble] = true;
    house.world.callTimeoutMs = 200;
    await house.keeper.removeAccount(id);
    expect(house.keeper.accounts()).toEqual([]);
    expect(house.vault.tokens.newest(id)).toBeNull();
    expect(house.lines.filter((line) => line.includes("deleted here"))).toHaveLength(1);
    expect(JSON.stringify(house.lines)).not.toContain(refresh_token);
  });

  test("during a refresh has its new token ended, not the one that this refresh replaced", async () => {
    const house = stage.build();
    const { id } = await player(house);
    const refresh = house.runner.run({ kind: "refresh", account_id: id, generation: 1 });
    const removal = house.keeper.removeAccount(id);
    expect(await refresh).toMatchObject({ outcome: "committed", generation: 2 });
    const newest = house.vault.tokens.newest(id)?.refresh_token;
    await removal;
    expect(await stage.issuer.takesRefresh(newest)).toBe(false);
    expect(house.keeper.accounts()).toEqual([]);
  });
});

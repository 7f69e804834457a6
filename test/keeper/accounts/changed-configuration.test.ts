import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import type { AccountState, ProviderDetails } from "../../../src/keeper/account.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import { oauth2Provider } from "../../../src/keeper/providers/oauth2.ts";
import { staticProvider } from "../../../src/keeper/providers/static.ts";
import { yotoProvider } from "../../../src/keeper/providers/yoto.ts";
import { House } from "../house.ts";

/** Clouds that answer what a test lets them answer, at addresses that a real server on this machine could not have. */
let houses: House[] = [];
afterEach(() => {
  for (const house of houses) house.remove();
  houses = [];
});

interface Asked {
  readonly url: string;
  readonly body: string;
}
type Answer = (call: Asked) => Response | Promise<Response>;

function build(answer: Answer, folder?: string): { readonly house: House; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const fetch: Fetch = async (url, { body }) => {
    const call = { url, body: String(body ?? "") };
    asked.push(call);
    return answer(call);
  };
  const providers = [oauth2Provider(), yotoProvider(), staticProvider(), loginProvider()];
  const url = "https://cloud.test";
  const house = new House({ url, fetch, providers, ...(folder === undefined ? {} : { folder }) });
  houses.push(house);
  return { house, asked };
}

const MACHINE = {
  provider: "oauth2",
  name: "Weather",
  grant: "client_credentials",
  token_url: "https://cloud.test/token",
  client_id: "machine",
  client_secret: "canary-secret",
} as const;
const ISSUER = "https://issuer.test";
const BROWSER: ProviderDetails = {
  provider: "oauth2",
  name: "Photos",
  grant: "authorization_code",
  issuer: ISSUER,
  client_id: "browser",
  client_secret: "canary-secret",
  redirect_uri: "https://example.test/callback",
};

const again = (id: string) => ({ kind: "refresh", account_id: id, generation: null }) as const;
const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

let issued = 0;
function granted(extra: object = {}): Response {
  issued += 1;
  return Response.json({ access_token: `canary-access-${issued}`, expires_in: 3600, ...extra });
}

const rotating: Answer = () => granted({ refresh_token: `canary-rotated-${issued}` });

function discovery(extra: object = {}): Response {
  return Response.json({
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/auth`,
    token_endpoint: `${ISSUER}/token`,
    ...extra,
  });
}

describe("a change of an account's details", () => {
  test("that nobody has signed in to yet leaves a way to its sign-in page", async () => {
    const { house } = build(() => discovery());
    const { id } = house.keeper.addAccount(BROWSER);
    await house.runner.run(again(id));
    house.keeper.updateAccount(id, { name: "Pictures" });
    await house.runner.run(again(id));
    expect(house.keeper.authorise(id).url).toContain(`${ISSUER}/auth?`);
  });

  test("whose grant is over looks up the sign-in page, and sends the dead token nowhere", async () => {
    const { house, asked } = build(({ url, body }) => {
      if (url.includes("/.well-known/")) return discovery();
      return body.includes("authorization_code")
        ? rotating({ url, body })
        : Response.json({ error: "invalid_grant" }, { status: 400 });
    });
    const { id } = house.keeper.addAccount(BROWSER);
    await house.runner.run(again(id));
    await house.keeper.exchange("canary-code-1", id);
    for (let looks = 0; looks < 3; looks++) await house.planned(id);
    expect(state(house)).toMatchObject({ reason: "grant_dead" });
    const before = asked.length;
    house.keeper.updateAccount(id, { name: "Pictures" });
    await house.planned(id);
    expect(asked.slice(before).map(({ url }) => url)).toEqual([`${ISSUER}/.well-known/openid-configuration`]);
    expect(state(house)).toMatchObject({ reason: "grant_dead", next_refresh_at: null });
    expect(house.keeper.authorise(id).url).toContain(`${ISSUER}/auth?`);
  });

  test("to another client takes away the token that only memory has of the one before", async () => {
    const { house } = build(() => granted());
    const { id } = house.keeper.addAccount(MACHINE);
    await house.runner.run(again(id));
    const disk = new SqliteDatabase(join(house.folder, "gateway.db"));
    disk.exec("CREATE TRIGGER fault BEFORE INSERT ON token BEGIN SELECT RAISE(ABORT, 'input/output error'); END");
    await expect(house.keeper.refreshNow(id)).rejects.toMatchObject({ code: "store_failed" });
    const held = await house.keeper.getToken(id);
    disk.exec("DROP TRIGGER fault");
    disk.close();
    house.keeper.updateAccount(id, { client_id: "other" });
    expect((await house.keeper.getToken(id)).value).not.toBe(held.value);
  });

  test("followed by a sign-out is not tried when the details before it are refused", async () => {
    const gate = Promise.withResolvers<Response>();
    const { house, asked } = build(() => (asked.length === 1 ? gate.promise : granted()));
    const { id } = house.keeper.addAccount(MACHINE);
    const flight = house.runner.run(again(id));
    await expect.poll(() => asked.length).toBe(1);
    house.clock.offsetMs += 1000;
    house.keeper.updateAccount(id, { client_secret: "canary-corrected" });
    await house.keeper.signOut(id);
    gate.resolve(Response.json({ error: "invalid_client" }, { status: 401 }));
    await flight;
    expect(asked).toHaveLength(1);
    expect(state(house)).toMatchObject({ status: "sign_in_needed", reason: "signed_out" });
  });
});

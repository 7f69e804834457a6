import { afterEach, describe, expect, test } from "vitest";
import type { AccountState } from "../../src/keeper/account.ts";
import type { Fetch } from "../../src/keeper/token-calls/http-call.ts";
import { loginProvider } from "../../src/keeper/providers/login.ts";
import { oauth2Provider } from "../../src/keeper/providers/oauth2.ts";
import { staticProvider } from "../../src/keeper/providers/static.ts";
import { yotoProvider } from "../../src/keeper/providers/yoto.ts";
import { House } from "./house.ts";

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
const LOGIN = {
  provider: "login",
  name: "Pool",
  url: "https://cloud.test/sign-in",
  username: "ada",
  password: "canary_password",
} as const;
const ISSUER = "https://issuer.test";

const again = (id: string) => ({ kind: "refresh", account_id: id, generation: null }) as const;
const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

let issued = 0;
function granted(extra: object = {}): Response {
  issued += 1;
  return Response.json({ access_token: `canary-access-${issued}`, expires_in: 3600, ...extra });
}

function discovery(extra: object = {}): Response {
  return Response.json({
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/auth`,
    token_endpoint: `${ISSUER}/token`,
    ...extra,
  });
}

describe("a secret goes", () => {
  test.each([["http://issuer.test/token"], ["ftp://issuer.test/token"], ["/token"], [""], [5]])(
    "to no token endpoint at %j, which an issuer on https names",
    async (token_endpoint) => {
      const { house, asked } = build(({ url }) =>
        url.includes("/.well-known/") ? discovery({ token_endpoint }) : granted(),
      );
      const { token_url: _, ...rest } = MACHINE;
      const { id } = house.keeper.addAccount({ ...rest, issuer: ISSUER });
      expect(await house.runner.run(again(id))).toMatchObject({ outcome: "failed" });
      expect(asked.filter(({ url }) => !url.includes("/.well-known/"))).toEqual([]);
      expect(state(house)).toMatchObject({ status: "retrying", last_error: { code: "not_discovered" } });
    },
  );

  test("to no address that has a password in it", () => {
    const { house } = build(() => granted());
    const token_url = "https://:canary@cloud.test/token";
    expect(() => house.keeper.addAccount({ ...MACHINE, token_url })).toThrowError(
      expect.objectContaining({ code: "bad_request", field: "token_url" }),
    );
  });

  test("to a revocation endpoint on http where a person has given that", async () => {
    const { house, asked } = build(() => granted());
    const revocation_url = "http://cloud.test/revoke";
    const { id } = house.keeper.addAccount({ ...MACHINE, revocation_url });
    await house.runner.run(again(id));
    expect(await house.keeper.signOut(id)).toMatchObject({ reason: "signed_out" });
    expect(asked.at(-1)).toMatchObject({ url: revocation_url });
    expect(house.lines.join("")).toContain("The cloud has ended the grant.");
  });

  test("into no state, history or log when a cloud says it back in place of an error's code", async () => {
    const { house } = build(() => Response.json({ error: LOGIN.password }, { status: 401 }));
    const { id } = house.keeper.addAccount(LOGIN);
    await house.runner.run(again(id));
    expect(state(house)).toMatchObject({ status: "misconfigured", last_error: { code: "refused" } });
    const seen = JSON.stringify([house.keeper.accounts(), house.keeper.events(id), house.lines]);
    expect(seen).not.toContain(LOGIN.password);
  });
});

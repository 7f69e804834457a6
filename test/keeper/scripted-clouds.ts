import { afterEach } from "vitest";
import type { AccountState, ProviderDetails } from "../../src/keeper/account.ts";
import { loginProvider } from "../../src/keeper/providers/login.ts";
import { oauth2Provider } from "../../src/keeper/providers/oauth2.ts";
import { staticProvider } from "../../src/keeper/providers/static.ts";
import { yotoProvider } from "../../src/keeper/providers/yoto.ts";
import type { Fetch } from "../../src/keeper/token-calls/http-call.ts";
import { House } from "./house.ts";

/** A call as the cloud sees it. */
export interface Asked {
  readonly url: string;
  readonly body: string;
}
export type Answer = (call: Asked) => Response | Promise<Response>;

export const MACHINE = {
  provider: "oauth2",
  name: "Weather",
  grant: "client_credentials",
  token_url: "https://cloud.test/token",
  client_id: "machine",
  client_secret: "canary-secret",
} as const;
export const PLAYER = {
  provider: "yoto",
  name: "Player",
  client_id: "public",
  refresh_token: "canary-seed-1",
} as const;
export const LOGIN = {
  provider: "login",
  name: "Pool",
  url: "https://cloud.test/sign-in",
  username: "ada",
  password: "canary_password",
} as const;
export const ISSUER = "https://issuer.test";
export const BROWSER: ProviderDetails = {
  provider: "oauth2",
  name: "Photos",
  grant: "authorization_code",
  issuer: ISSUER,
  client_id: "browser",
  client_secret: "canary-secret",
  redirect_uri: "https://example.test/callback",
};

export const again = (id: string) => ({ kind: "refresh", account_id: id, generation: null }) as const;
export const state = (house: House): AccountState | undefined => house.keeper.accounts()[0];

let issued = 0;
export function granted(extra: object = {}): Response {
  issued += 1;
  return Response.json({ access_token: `canary-access-${issued}`, expires_in: 3600, ...extra });
}

export const rotating: Answer = () => granted({ refresh_token: `canary-rotated-${issued}` });

export function discovery(extra: object = {}): Response {
  return Response.json({
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/auth`,
    token_endpoint: `${ISSUER}/token`,
    ...extra,
  });
}

type Build = (answer: Answer, folder?: string) => { readonly house: House; readonly asked: Asked[] };

/** Gateways whose clouds answer what a test lets them answer, at addresses that a real server on this machine could not have. */
export function scriptedCloudsForEach(): Build {
  let houses: House[] = [];
  afterEach(() => {
    for (const house of houses) house.remove();
    houses = [];
  });
  return (answer, folder) => {
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
  };
}

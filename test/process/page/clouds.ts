import { DEMO } from "../../../src/simulator/devices/demo.ts";
import { startLoginApi } from "../../../src/simulator/logins/login-api.ts";
import type { LoginApiSettings } from "../../../src/simulator/logins/login-api.ts";
import { startWattTime } from "../../../src/simulator/logins/watttime.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { startYotoCloud } from "../../../src/simulator/yoto/yoto-cloud.ts";
import type { YotoCloud } from "../../../src/simulator/yoto/yoto-cloud.ts";
import { OidcServer } from "../sign-in/oidc-server.ts";
import { aCloud } from "../stage.ts";
import type { Finish } from "../stage.ts";

/** What a person types and nobody may see again. */
export const SECRETS = {
  utec: "canary-utec-client-secret",
  watttime: "canary watttime-password",
  watttimeWrong: "canary watttime-password of last year",
  login: "canary login-password",
  loginWrong: "canary login-password of last year",
  loginClient: "canary-login-client-secret",
  browser: "canary-oauth-browser-secret",
  machine: "canary-oauth-machine-secret",
  static: "canary-static-token.made-elsewhere",
} as const;

export const CLIENTS = {
  utec: { client_id: "home-of-anna", client_secret: SECRETS.utec },
  browser: { client_id: "browser", client_secret: SECRETS.browser },
  machine: { client_id: "machine", client_secret: SECRETS.machine },
  login: { client_id: "heat-pump-app", client_secret: SECRETS.loginClient },
} as const;

export const USERS = { watttime: "anna", login: "anna@example.test" } as const;

/** Access tokens live longer than the tests: what is fresh stays fresh. */
const LIFE_S = 3600;

/** A cloud of every kind. */
export interface Clouds {
  readonly utec: Simulator;
  readonly yoto: YotoCloud;
  readonly oauth: OidcServer;
  /** Two APIs with a login of their own: one for users, one for applications. */
  readonly login: { readonly url: string };
  readonly clientLogin: { readonly url: string };
  /** What a gateway needs in order to find those whose address nobody types. */
  readonly environment: Readonly<Record<string, string>>;
}

/** @param redirect_uri the gateway's own, so that who has signed in comes back by themselves */
export async function startClouds(finish: Finish, redirect_uri: string): Promise<Clouds> {
  const utec = await aCloud(finish, {
    clients: [{ ...CLIENTS.utec, redirect_uris: [redirect_uri] }],
    users: [DEMO.user],
    settings: { access_token_life_s: LIFE_S },
  });
  const yoto = await startYotoCloud({ settings: { access_token_life_s: LIFE_S, interval_s: 1 } });
  finish(() => yoto.close());
  const watttime = await startWattTime({ settings: { username: USERS.watttime, password: SECRETS.watttime } });
  finish(() => watttime.close());
  const oauth = await OidcServer.start({ ...CLIENTS.browser, redirect_uri }, LIFE_S, [CLIENTS.machine]);
  finish(() => oauth.stop());
  // Neither is where a login is looked for first, nor do they ask or answer alike.
  const login = await aLogin(finish, { formats: ["json_username"], shape: "result", path: "/api/login" });
  const clientLogin = await aLogin(finish, {
    formats: ["client_credentials"],
    shape: "header",
    path: "/api/auth/token",
  });
  return {
    utec,
    yoto,
    oauth,
    login,
    clientLogin,
    environment: { UTEC_GATEWAY_YOTO_URL: yoto.url, UTEC_GATEWAY_WATTTIME_URL: watttime.url },
  };
}

async function aLogin(finish: Finish, settings: Partial<LoginApiSettings>): Promise<{ readonly url: string }> {
  const password = SECRETS.login;
  const api = await startLoginApi({
    settings: { username: USERS.login, password, ...CLIENTS.login, token_life_s: LIFE_S, ...settings },
  });
  finish(() => api.close());
  return api;
}

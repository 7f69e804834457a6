import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GatewayProcess } from "../../../scripts/processes/gateway-process.ts";
import type { AccountState } from "../../../src/keeper/account.ts";
import { LOGIN_API_CLIENT, LOGIN_API_USER, startLoginApi } from "../../../src/simulator/logins/login-api.ts";
import type { LoginApiSettings } from "../../../src/simulator/logins/login-api.ts";
import { WATTTIME_USER, startWattTime } from "../../../src/simulator/logins/watttime.ts";
import { YOTO_CLIENT_ID, startYotoCloud } from "../../../src/simulator/yoto/yoto-cloud.ts";
import { DEVICE_CODE_GRANT } from "../../../src/simulator/yoto/yoto-endpoints.ts";
import { aGateway } from "../stage.ts";
import type { Finish } from "../stage.ts";

const LOGIN_PATH = "/api/login/";

/** The simulated clouds of the three systems whose place the gateway takes. */
export async function oldClouds(onTestFinished: Finish, tokenLifeS = 3600, service: Partial<LoginApiSettings> = {}) {
  const yoto = await startYotoCloud({ settings: { access_token_life_s: tokenLifeS, interval_s: 0 } });
  onTestFinished(() => yoto.close());
  const watttime = await startWattTime({ settings: { token_life_s: tokenLifeS } });
  onTestFinished(() => watttime.close());
  const login = await startLoginApi({ settings: { path: LOGIN_PATH, token_life_s: tokenLifeS, ...service } });
  onTestFinished(() => login.close());
  return {
    yoto,
    watttime,
    login,
    loginUrl: login.url + LOGIN_PATH,
    loginHost: new URL(login.url).host,
    /** All that the simulation needs beside the old words: the first two have fixed addresses. */
    environment: {
      UTEC_GATEWAY_YOTO_URL: yoto.url,
      UTEC_GATEWAY_WATTTIME_URL: watttime.url,
      // The utec account's own, which stages set.
      UTEC_GATEWAY_REDIRECT_URI: "",
    },
  };
}

export type OldClouds = Awaited<ReturnType<typeof oldClouds>>;

/** The refresh token that the old Yoto program was given when somebody entered its code. */
export async function oldRefreshToken({ yoto }: OldClouds): Promise<string> {
  const post = async (path: string, form: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ client_id: YOTO_CLIENT_ID, ...form });
    return (await (await fetch(yoto.url + path, { method: "POST", body })).json()) as Record<string, string>;
  };
  const begun = await post("/oauth/device/code", { scope: "offline_access" });
  yoto.control.enter(begun["user_code"] ?? "");
  const granted = await post("/oauth/token", {
    grant_type: DEVICE_CODE_GRANT,
    device_code: begun["device_code"] ?? "",
  });
  const token = granted["refresh_token"];
  if (token === undefined) throw new Error("The simulated Yoto cloud gave no refresh token.");
  return token;
}

/** As an editor on Windows saves it. */
export function yotoEnv({ tokenFile = ".yoto_refresh_token", hours = "12" } = {}): string {
  return [
    "# Yoto",
    `YOTO_CLIENT_ID = ${YOTO_CLIENT_ID}`,
    "# written by the program after the first sign-in",
    `YOTO_REFRESH_TOKEN_FILE="${tokenFile}"`,
    "",
    "# hours, 1-23",
    `TOKEN_REFRESH_INTERVAL_HOURS=${hours}   # default 12`,
    "",
    "HOST=0.0.0.0",
    "PORT=8080",
    "DEBUG=false",
    "AUDIO_FORMATS=mp3,wav,ogg",
    "",
  ].join("\r\n");
}

interface Said {
  readonly password?: string;
}

/** As people write it who read it into their shell, too. */
export function wattTimeEnv({ password = WATTTIME_USER.password }: Said = {}): string {
  return [
    "#!/bin/sh",
    `export WATTTIME_USERNAME=${WATTTIME_USER.username}`,
    `export WATTTIME_PASSWORD='${password}'`,
    "",
    "# WATTTIME_API_TOKEN=   # ends after half an hour",
    "export GRID_REGION=CAISO_NORTH",
    "export SERVICE_PORT=8010",
    'export INFLUXDB_URL="http://influxdb:8086"',
  ].join("\n");
}

/** As a service in Docker has it. What is in it for another way to log in is still the sample's. */
export function serviceEnv(clouds: OldClouds, { password = LOGIN_API_USER.password }: Said = {}): string {
  return `
# Where to log in
EXTERNAL_AUTH_URL=${clouds.loginUrl}
EXTERNAL_API_EMAIL=${LOGIN_API_USER.username}
EXTERNAL_API_PASSWORD="${password}"

# OAuth2 (optional)
OAUTH_CLIENT_ID=sample_client
OAUTH_CLIENT_SECRET=canary_sample_secret
OAUTH_SCOPE=

# By hand (optional)
EXTERNAL_API_TOKEN=

NODE_ENV=production
LOG_LEVEL=info
`;
}

/** The same where a program logs in, and no person. */
export function clientEnv(clouds: OldClouds): string {
  return `EXTERNAL_AUTH_URL=${clouds.loginUrl}
OAUTH_CLIENT_ID=${LOGIN_API_CLIENT.client_id}
OAUTH_CLIENT_SECRET=${LOGIN_API_CLIENT.client_secret}
OAUTH_SCOPE=read
`;
}

/** A file below `folder`, with the folders around it. */
export function put(folder: string, path: string, content: string): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** A gateway that starts in `folder` as a person starts it there: all but the simulation's addresses is in `.env`. */
export function startIn(
  folder: string,
  clouds: OldClouds,
  onTestFinished: Finish,
  environment: Readonly<Record<string, string>> = {},
): Promise<GatewayProcess> {
  return aGateway(onTestFinished, { dataFolder: folder, environment: { ...clouds.environment, ...environment } });
}

export function named(accounts: readonly AccountState[], name: string): AccountState {
  const account = accounts.find((one) => one.name === name);
  if (account === undefined) throw new Error(`There is no account ${name}.`);
  return account;
}

export async function untilFresh(gateway: GatewayProcess, name: string): Promise<AccountState> {
  const isFresh = ({ accounts }: { readonly accounts: readonly AccountState[] }) =>
    accounts.some((account) => account.name === name && account.status === "fresh");
  return named((await gateway.waitFor(isFresh, `a token of ${name}`, 40_000)).accounts, name);
}

/** Waits until it has a token that was obtained when the first one was over. */
export async function untilOutlived(gateway: GatewayProcess, first: AccountState): Promise<AccountState> {
  const { accounts } = await gateway.waitFor(
    (state) => (named(state.accounts, first.name).obtained_at ?? 0) > (first.expires_at ?? Infinity),
    `a token after the end of the first of ${first.name}`,
    90_000,
  );
  return named(accounts, first.name);
}

/** What the log says at the start, by the words that begin a line. */
export function linesOf(gateway: GatewayProcess, word: string): string[] {
  return gateway.records.map(({ message }) => message).filter((message) => message.startsWith(word));
}

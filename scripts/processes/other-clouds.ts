import { join } from "node:path";
import type { NewClient } from "../../src/broker/broker-state.ts";
import type { AccountState } from "../../src/keeper/account.ts";
import { LOGIN_API_DATA, LOGIN_API_USER, startLoginApi } from "../../src/simulator/logins/login-api.ts";
import type { RunningLoginCloud } from "../../src/simulator/logins/login-cloud.ts";
import { WATTTIME_USER, startWattTime } from "../../src/simulator/logins/watttime.ts";
import type { WattTimeSettings } from "../../src/simulator/logins/watttime.ts";
import { YOTO_CLIENT_ID, startYotoCloud } from "../../src/simulator/yoto/yoto-cloud.ts";
import type { YotoCloud } from "../../src/simulator/yoto/yoto-cloud.ts";
import { freePort } from "./free-port.ts";
import type { GatewayProcess } from "./gateway-process.ts";

export interface OtherCloudsOptions {
  /** Where the grants of the simulated Yoto cloud are kept. */
  readonly folder: string;
  /** Of all their tokens. */
  readonly tokenLifeS: number;
  /** The first of three; the next free ones are taken. Default: any. */
  readonly port?: number;
}

/** The simulated clouds beside U-tec's: Yoto, WattTime, and an API with a login of its own. */
export interface OtherClouds {
  /** What a gateway needs in order to find them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly watttime: RunningLoginCloud<WattTimeSettings>;
  /** Signs an account of each in, in the gateway that was started with this environment; again is harmless. */
  signIn(gateway: GatewayProcess): Promise<void>;
  close(): Promise<void>;
}

const CLIENT = "Terminal";
const ACCOUNTS = { yoto: "Yoto", watttime: "WattTime", login: "Heat pump" } as const;

export async function startOtherClouds({ folder, tokenLifeS, port }: OtherCloudsOptions): Promise<OtherClouds> {
  const next = (place: number): Promise<number> | number => (port === undefined ? 0 : freePort(port + place));
  const yoto = await startYotoCloud({
    port: await next(0),
    grantsFile: join(folder, "yoto-grants.json"),
    settings: { access_token_life_s: tokenLifeS, interval_s: 1 },
  });
  const watttime = await startWattTime({ port: await next(1), settings: { token_life_s: tokenLifeS } });
  const login = await startLoginApi({ port: await next(2), settings: { token_life_s: tokenLifeS } });
  return {
    environment: { UTEC_GATEWAY_YOTO_URL: yoto.url, UTEC_GATEWAY_WATTTIME_URL: watttime.url },
    watttime,
    signIn: async (gateway) => {
      const account = await keepAccount(gateway, "yoto", { client_id: YOTO_CLIENT_ID });
      if (account.generation === 0) await enterCode(gateway, yoto, account);
      await keepAccount(gateway, "watttime", WATTTIME_USER);
      await keepAccount(gateway, "login", { url: login.url, api_url: login.url, ...LOGIN_API_USER });
    },
    close: async () => {
      await Promise.all([yoto, watttime, login].map((cloud) => cloud.close()));
    },
  };
}

/** Adds a client of the broker that may read the API with the login, and says how a terminal asks it. */
export async function brokerLine(gateway: GatewayProcess, port: number): Promise<string> {
  const { clients } = await gateway.get<{ clients: readonly { id: string; name: string }[] }>("api/broker/clients");
  for (const { id } of clients.filter(({ name }) => name === CLIENT)) {
    await gateway.post("api/broker/clients/revoke", { client_id: id });
  }
  const { accounts } = await gateway.state();
  const account = accounts.find(({ name }) => name === ACCOUNTS.login);
  if (account === undefined) throw new Error(`There is no account ${ACCOUNTS.login}.`);
  const { token } = await gateway.post<NewClient>("api/broker/clients", { name: CLIENT, accounts: [account.id] });
  const path = `/proxy/${encodeURIComponent(account.name)}${LOGIN_API_DATA}`;
  return `curl -H 'Authorization: Bearer ${token}' http://127.0.0.1:${port}${path}`;
}

/** The account of that cloud: a new one, or the one that is there, with these fields. */
async function keepAccount(
  gateway: GatewayProcess,
  provider: keyof typeof ACCOUNTS,
  fields: Readonly<Record<string, string>>,
): Promise<AccountState> {
  const name = ACCOUNTS[provider];
  const known = (await gateway.state()).accounts.find((account) => account.name === name);
  if (known === undefined) return gateway.post<AccountState>("api/accounts", { provider, name, ...fields });
  return gateway.post<AccountState>("api/accounts/update", { account_id: known.id, ...fields });
}

/** As a person does on another device. */
async function enterCode(gateway: GatewayProcess, cloud: YotoCloud, { id }: AccountState): Promise<void> {
  const { device_code } = await gateway.post<AccountState>("api/accounts/device-code", { account_id: id });
  const code = device_code?.user_code ?? null;
  if (code === null) throw new Error("The Yoto cloud gave no code.");
  cloud.control.enter(code);
}

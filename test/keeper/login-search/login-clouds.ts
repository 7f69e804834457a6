import { afterEach } from "vitest";
import type { LoginAttempt } from "../../../src/keeper/account.ts";
import { loginProvider } from "../../../src/keeper/providers/login.ts";
import type { Fetch } from "../../../src/keeper/token-calls/http-call.ts";
import { House } from "../house.ts";
import { state } from "../scripted-clouds.ts";

export const BASE = "https://cloud.test";
export const DETAILS = {
  provider: "login",
  name: "Pool",
  url: BASE,
  username: "ada@example.test",
  password: "canary_password",
};
export const CLIENT = {
  provider: "login",
  name: "Pool",
  url: BASE,
  client_id: "machine",
  client_secret: "canary_secret",
};
export const PATHS = [
  "/oauth/token",
  "/api/oauth/token",
  "/auth/oauth/token",
  "/api/auth/token",
  "/api/login",
  "/api/auth/login",
  "/",
];

export interface Asked {
  readonly path: string;
  readonly format: string;
  readonly origin: string;
}
export type Cloud = (asked: Asked) => Response | Promise<Response>;

export interface Stage {
  readonly house: House;
  readonly asked: Asked[];
  /** The power fails: the house is gone, and its folder stays for the next one. */
  readonly fail: () => void;
}

/** Gateways beside a cloud that answers its login as a test lets it. */
export function loginCloudsForEach(): (cloud: Cloud, folder?: string) => Stage {
  let houses: House[] = [];
  afterEach(() => {
    for (const house of houses) house.remove();
    houses = [];
  });
  return (cloud, folder) => {
    const asked: Asked[] = [];
    const fetch: Fetch = async (url, { body, headers = {} }) => {
      const { pathname: path, origin } = new URL(url);
      const one = { origin, path, format: formatOf(String(body ?? ""), headers) };
      asked.push(one);
      return cloud(one);
    };
    const house = new House({
      url: BASE,
      fetch,
      providers: [loginProvider()],
      ...(folder === undefined ? {} : { folder }),
    });
    houses.push(house);
    const fail = (): void => {
      house.close();
      houses = houses.filter((one) => one !== house);
    };
    return { house, asked, fail };
  };
}

function formatOf(body: string, headers: Readonly<Record<string, string>>): string {
  if (headers["content-type"] === "application/json") return body.includes('"email"') ? "json_email" : "json_username";
  return body.includes("client_credentials") ? "client_credentials" : "form";
}

export const missing = (): Response => new Response(null, { status: 404 });
export const refuses = (): Response => Response.json({ error: "Invalid email or password" }, { status: 401 });
export const told = (asked: readonly Asked[]): string[] => asked.map(({ path, format }) => `${path} ${format}`);
export const record = (house: House): string[] =>
  (state(house)?.attempts ?? []).map(({ url, format, outcome }) => `${new URL(url).pathname} ${format} ${outcome}`);
export const attempts = (house: House): readonly LoginAttempt[] => state(house)?.attempts ?? [];

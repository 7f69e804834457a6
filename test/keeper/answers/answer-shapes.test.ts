import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oauth2Provider } from "../../../src/keeper/providers/oauth2.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import { DETAILS, House } from "../house.ts";
import { OAuthServer } from "../token-calls/oauth-server.ts";

const HOUR_S = 3600;
/** Every shape tells a life of its own beside the default of an hour, where it tells one. */
const LIFE_S = 2 * HOUR_S;
const ends = (): number => Date.now() + LIFE_S * 1000;
/** Moments in whole seconds, and the time that an answer takes. */
const SLACK_MS = 1500;

interface Pair {
  readonly access_token: string;
  readonly refresh_token: string;
}

interface Shape {
  readonly body: unknown;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly life_s?: number;
}

/** Made when it is sent: some name a moment. */
const SHAPES: Readonly<Record<string, (pair: Pair) => Shape>> = {
  "as the standard says": (pair) => ({ body: { ...pair, token_type: "Bearer", expires_in: LIFE_S }, life_s: LIFE_S }),
  "wrapped in data": (pair) => ({ body: { code: 200, data: { ...pair, expires_in: LIFE_S } }, life_s: LIFE_S }),
  "wrapped in result": (pair) => ({ body: { result: { ...pair, expires_in: LIFE_S } }, life_s: LIFE_S }),
  "wrapped in token": (pair) => ({ body: { token: pair } }),
  "wrapped in tokens": (pair) => ({ body: { tokens: pair } }),
  "wrapped twice": (pair) => ({ body: { data: { token: { ...pair, expires_in: LIFE_S } } }, life_s: LIFE_S }),
  "in camel case": (pair) => ({
    body: { accessToken: pair.access_token, refreshToken: pair.refresh_token, expiresIn: LIFE_S },
    life_s: LIFE_S,
  }),
  "in camel case, wrapped": (pair) => ({
    body: { data: { accessToken: pair.access_token, refreshToken: pair.refresh_token } },
  }),
  "as token": (pair) => ({ body: { token: pair.access_token, refresh: pair.refresh_token } }),
  "as jwt": (pair) => ({ body: { jwt: pair.access_token, refresh_token: pair.refresh_token } }),
  "with its life as text": (pair) => ({ body: { ...pair, expires_in: String(LIFE_S) }, life_s: LIFE_S }),
  "with its life as text with a unit": (pair) => ({ body: { ...pair, expires_in: `${LIFE_S}s` }, life_s: LIFE_S }),
  "with a life of NaN": (pair) => ({ body: JSON.stringify(pair).replace("}", ',"expires_in":"NaN"}') }),
  "with a negative life": (pair) => ({ body: { ...pair, expires_in: -LIFE_S } }),
  "with no life left": (pair) => ({ body: { ...pair, expires_in: 0 } }),
  "with a life of null": (pair) => ({ body: { ...pair, expires_in: null } }),
  "without a life": (pair) => ({ body: pair }),
  "with an absurd life": (pair) => ({ body: { ...pair, expires_in: 1e300 } }),
  "with its life in milliseconds": (pair) => ({ body: { ...pair, expires_in: 601_200_000 }, life_s: 601_200 }),
  "with its end in seconds": (pair) => ({ body: { ...pair, expires_at: Math.floor(ends() / 1000) }, life_s: LIFE_S }),
  "with its end in milliseconds": (pair) => ({ body: { ...pair, expiresAt: ends() }, life_s: LIFE_S }),
  "with its end as a date": (pair) => ({
    body: { ...pair, expires_at: new Date(ends()).toISOString() },
    life_s: LIFE_S,
  }),
  "with a Date that is years off": (pair) => ({
    body: { ...pair, expires_in: LIFE_S },
    headers: { date: "Thu, 01 Jan 1970 00:00:00 GMT" },
    life_s: LIFE_S,
  }),
  "with its end on a clock that is years off": (pair) => ({
    body: { ...pair, expires_at: LIFE_S + 1_000_000_000 },
    headers: { date: new Date(1e12).toUTCString() },
    life_s: LIFE_S,
  }),
  "without a token type": (pair) => ({ body: { ...pair, expires_in: LIFE_S }, life_s: LIFE_S }),
  "with another token type": (pair) => ({ body: { ...pair, token_type: "JWT" } }),
  "with a list of scopes": (pair) => ({ body: { ...pair, scope: ["a", "b"] } }),
  "with a broken id token": (pair) => ({ body: { ...pair, id_token: "no.jwt" } }),
  "with status 201": (pair) => ({ body: pair, status: 201 }),
  "beside an error in a 200": (pair) => ({ body: { ...pair, error: "warning" } }),
  "beside a challenge": (pair) => ({ body: pair, headers: { "www-authenticate": "Bearer" } }),
  "as text/plain": (pair) => ({ body: pair, headers: { "content-type": "text/plain" } }),
  "with a byte order mark": (pair) => ({ body: `\uFEFF${JSON.stringify(pair)}` }),
  "as JSON in a string": (pair) => ({ body: JSON.stringify(JSON.stringify(pair)) }),
  "as a form": (pair) => ({
    body: `access_token=${pair.access_token}&refresh_token=${pair.refresh_token}&expires_in=${LIFE_S}`,
    life_s: LIFE_S,
  }),
  "with a line end after the token": (pair) => ({
    body: { access_token: `${pair.access_token}\r\n`, refresh_token: pair.refresh_token },
  }),
  "with its scheme": (pair) => ({
    body: { access_token: `Bearer ${pair.access_token}`, refresh_token: pair.refresh_token },
  }),
};

describe.each(["utec", "oauth2"])("a pair that %s answers is stored, and its refresh token used next", (kind) => {
  let server: OAuthServer;
  let house: House;
  let id: string;
  let generation = 1;

  beforeAll(async () => {
    server = await OAuthServer.start();
    const utec = utecProvider({ oauthUrl: server.url, apiUrl: server.url });
    const plain = oauth2Provider({ authorizeUrl: `${server.url}/authorize`, tokenUrl: `${server.url}/token` });
    house = new House({ url: server.url, providers: [kind === "utec" ? utec : plain] });
    ({ id } = house.keeper.addAccount(DETAILS));
    await house.keeper.exchange(server.code(), id);
  });
  afterAll(async () => {
    house.remove();
    await server.stop();
  });

  test.each(Object.entries(SHAPES))("%s", async (_, shapeOf) => {
    const before = house.vault.tokens.newest(id)?.refresh_token;
    const pair = { access_token: `access-${generation}`, refresh_token: `refresh-${generation}` };
    const { body, status = 200, headers = {}, life_s = HOUR_S } = shapeOf(pair);
    server.queueFault(
      (response) => response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body)),
      { afterActing: true },
    );
    const report = await house.runner.run({ kind: "refresh", account_id: id, generation });
    expect(report).toMatchObject({ outcome: "committed", generation: ++generation });
    expect(server.presented.at(-1)).toBe(before);

    const stored = house.vault.tokens.newest(id);
    expect(stored).toMatchObject(pair);
    const life = (stored?.expires_at ?? 0) - (stored?.obtained_at ?? 0);
    expect(Math.abs(life - life_s * 1000)).toBeLessThanOrEqual(SLACK_MS);
    expect((await house.keeper.getToken(id)).value).toBe(pair.access_token);
    expect(house.keeper.accounts()[0]).toMatchObject({ status: "fresh", last_error: null });
  });
});

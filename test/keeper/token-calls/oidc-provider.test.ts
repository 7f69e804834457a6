import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runGrant } from "../../../src/keeper/grant/grant.ts";
import { oauth2Provider } from "../../../src/keeper/providers/oauth2.ts";
import { DETAILS, House } from "../house.ts";

/** A real OAuth server, with rotation and reuse detection, as the judge beside our own. */
let server: Server;
let oidc: Provider;
let house: House;
let code: string;
let revocations = 0;

beforeEach(async () => {
  server = createServer((request, response) => void oidc.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  oidc = new Provider(url, {
    clients: [
      {
        client_id: DETAILS.client_id,
        client_secret: DETAILS.client_secret,
        redirect_uris: [DETAILS.redirect_uri],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    pkce: { required: () => false },
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    ttl: { AccessToken: 5, RefreshToken: 3600, Grant: 3600, AuthorizationCode: 60, IdToken: 60 },
  });
  revocations = 0;
  oidc.on("grant.revoked", () => void revocations++);
  house = new House({
    url,
    providers: [
      oauth2Provider({ authorizeUrl: `${url}/auth`, tokenUrl: `${url}/token`, scope: "openid offline_access" }),
    ],
  });
  code = await grantedCode();
});

afterEach(async () => {
  house.remove();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** What the server's own sign-in page would end with. */
async function grantedCode(): Promise<string> {
  const client = await oidc.Client.find(DETAILS.client_id);
  if (client === undefined) throw new Error("no client");
  const grant = new oidc.Grant({ accountId: "user-1", clientId: client.clientId });
  grant.addOIDCScope("openid offline_access");
  const authorization = new oidc.AuthorizationCode({
    client,
    accountId: "user-1",
    grantId: await grant.save(),
    redirectUri: DETAILS.redirect_uri,
    scope: "openid offline_access",
    gty: "authorization_code",
  });
  return authorization.save();
}

test("20 refreshes in a row use each refresh token once, and keep the grant", async () => {
  const { id } = house.keeper.addAccount(DETAILS);
  expect(await house.keeper.exchange(code, id)).toMatchObject({ status: "fresh", generation: 1 });
  const used = new Set<string | null | undefined>();
  for (let generation = 1; generation <= 20; generation++) {
    used.add(house.vault.tokens.newest(id)?.refresh_token);
    const report = await house.runner.run({ kind: "refresh", account_id: id, generation });
    expect(report).toMatchObject({ outcome: "committed", generation: generation + 1 });
    expect((await house.keeper.getToken(id)).expires_at).toBeGreaterThan(house.clock.now());
  }
  expect(used.size).toBe(20);
  expect(revocations).toBe(0);
});

test("a crash between the journalled answer and the commit costs no sign-in", async () => {
  const { id } = house.keeper.addAccount(DETAILS);
  await house.keeper.exchange(code, id);
  const crash = (step: string): void => {
    if (step === "answer_journalled") throw new Error("crash");
  };
  const job = { kind: "refresh", account_id: id, generation: 1 } as const;
  await expect(runGrant({ ...house.world, onStep: crash }, job)).rejects.toThrow("crash");
  expect(await house.runner.run(job)).toMatchObject({ outcome: "committed", generation: 2 });
  expect(await house.runner.run({ ...job, generation: 2 })).toMatchObject({ outcome: "committed", generation: 3 });
  expect(revocations).toBe(0);
});

test("the judge does judge: a refresh token used twice ends its grant", async () => {
  const { id } = house.keeper.addAccount(DETAILS);
  await house.keeper.exchange(code, id);
  const lost = (step: string): void => {
    if (step === "answered") throw new Error("crash");
  };
  const job = { kind: "refresh", account_id: id, generation: 1 } as const;
  await expect(runGrant({ ...house.world, onStep: lost }, job)).rejects.toThrow("crash");
  expect(await house.runner.run(job)).toMatchObject({ outcome: "failed", problem: { code: "sign_in_needed" } });
  expect(revocations).toBe(1);
});

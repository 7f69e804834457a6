import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startGateway } from "../../../scripts/processes/gateway-process.ts";
import type { GatewayProcess, GatewayProcessOptions } from "../../../scripts/processes/gateway-process.ts";
import { DEMO } from "../../../src/simulator/devices/demo.ts";
import type { Simulator } from "../../../src/simulator/simulator.ts";
import { REDIRECT_URI } from "../stage.ts";
import type { Finish } from "../stage.ts";

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Signs the demo's person in as another program would. */
export async function tokensOf(cloud: Simulator): Promise<Tokens> {
  const { client_id, client_secret } = DEMO.client;
  const asked = new URLSearchParams({ response_type: "code", client_id, redirect_uri: REDIRECT_URI, scope: "openapi" });
  const url = `${cloud.oauthUrl}/authorize?${asked.toString()}&state=uteclocal`;
  const callback = new URL(cloud.control.allow({ url, user_id: DEMO.user.id }));
  const code = callback.searchParams.get("authorization_code") ?? callback.searchParams.get("code") ?? "";
  const answer = await fetch(`${cloud.oauthUrl}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id,
      client_secret,
      redirect_uri: REDIRECT_URI,
      code,
    }),
  });
  const { data } = (await answer.json()) as { readonly data: Tokens };
  const { access_token, refresh_token } = data;
  return { access_token, refresh_token };
}

/** As the third generation writes it, for the demo's client at `cloud`. */
export function configOf(cloud: Simulator, tokens: Partial<Tokens>): string {
  const { client_id, client_secret } = DEMO.client;
  const config = {
    api_base_url: cloud.apiUrl,
    oauth_base_url: cloud.oauthUrl,
    action_path: "/action",
    access_key: client_id,
    secret_key: client_secret,
    scope: "openapi",
    redirect_uri: REDIRECT_URI,
    access_token: null,
    refresh_token: null,
    ...tokens,
    token_expires_at: "2026-08-01T12:00:00",
    status_poll_interval: 60,
    auto_refresh_enabled: true,
    refresh_buffer_minutes: 15,
  };
  return JSON.stringify(config, null, 2);
}

/** Puts the file where uteclocal has it, and says how it is later. */
export function leave(folder: string, content: string): () => string {
  const file = join(folder, "config.json");
  writeFileSync(file, content);
  return () => readFileSync(file, "utf8");
}

/** A gateway to which no setting names an account. */
export async function aGatewayOn(onTestFinished: Finish, options: GatewayProcessOptions): Promise<GatewayProcess> {
  const gateway = await startGateway(options);
  onTestFinished(() => gateway.kill());
  return gateway;
}

import type { AccountState } from "../src/keeper/account.ts";
import { DEMO } from "../src/simulator/demo.ts";
import type { GatewayProcess } from "./gateway-process.ts";

/** Signs the gateway's account in as a person does: opens the cloud's page, presses Allow, follows the redirect. */
export async function signIn(gateway: GatewayProcess): Promise<AccountState> {
  const account = await gateway.account();
  const { url } = await gateway.post<{ url: string }>("api/accounts/authorise", { account_id: account.id });
  const callback = await allow(url);
  const landed = await fetch(callback, { redirect: "manual" });
  if (landed.status !== 303) throw new Error(`The redirect was answered ${landed.status}: ${await landed.text()}`);
  return gateway.account();
}

/** Presses Allow on the simulated cloud's consent page; returns the address that it redirects to. */
export async function allow(authoriseUrl: string, user = DEMO.user.id): Promise<string> {
  const body = new URLSearchParams({ user, decision: "allow" });
  const answer = await fetch(authoriseUrl, { method: "POST", body, redirect: "manual" });
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`The consent was answered ${answer.status}: ${await answer.text()}`);
  return location;
}

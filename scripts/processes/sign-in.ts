import type { AccountState } from "../../src/keeper/account.ts";
import { DEMO } from "../../src/simulator/devices/demo.ts";
import type { GatewayProcess } from "./gateway-process.ts";

/** Signs the gateway's first account in as a person does: opens the cloud's page, presses Allow, follows the redirect. */
export async function signIn(gateway: GatewayProcess): Promise<AccountState> {
  const account = await gateway.account();
  await signInAccount(gateway, account.id);
  return gateway.account();
}

/** Signs one of several accounts in, as the cloud's user `user`. */
export async function signInAccount(gateway: GatewayProcess, account_id: string, user?: string): Promise<void> {
  const { url } = await gateway.post<{ url: string }>("api/accounts/authorise", { account_id });
  const callback = await allow(url, user);
  const landed = await fetch(callback, { redirect: "manual" });
  if (landed.status !== 303) throw new Error(`The redirect was answered ${landed.status}: ${await landed.text()}`);
}

/** Presses Allow on the simulated cloud's consent page; returns the address that it redirects to. */
export async function allow(authoriseUrl: string, user = DEMO.user.id): Promise<string> {
  const body = new URLSearchParams({ user, decision: "allow" });
  const answer = await fetch(authoriseUrl, { method: "POST", body, redirect: "manual" });
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`The consent was answered ${answer.status}: ${await answer.text()}`);
  return location;
}

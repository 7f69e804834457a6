import type { AccountState } from "../src/keeper/account.ts";
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
export async function allow(authoriseUrl: string): Promise<string> {
  const page = await fetch(authoriseUrl);
  const html = await page.text();
  if (!page.ok) throw new Error(`The sign-in page was answered ${page.status}: ${html.slice(0, 300)}`);
  const fields = new URLSearchParams();
  for (const [tag] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = attribute(tag, "name");
    if (name !== undefined) fields.set(name, attribute(tag, "value") ?? "");
  }
  for (const [tag] of html.matchAll(/<button[^>]*name="decision"[^>]*>/g)) {
    const value = attribute(tag, "value");
    if (value === "allow") fields.set("decision", value);
  }
  const answer = await fetch(authoriseUrl, { method: "POST", body: fields, redirect: "manual" });
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`The consent was answered ${answer.status}: ${await answer.text()}`);
  return location;
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll("&amp;", "&").replaceAll("&quot;", '"');
}

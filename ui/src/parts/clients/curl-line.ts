import type { Client } from "../../../../src/keeper/clients/client.ts";

/** The host where programs find the broker: behind ingress the page does not know the add-on's name. */
export function brokerHost(behindIngress: boolean, hostname: string): string {
  return behindIngress ? "HOST-NAME" : hostname;
}

/** A line for a terminal that asks the broker as the client may. */
export function curlLine(
  { path_prefixes: [path = "/"] }: Pick<Client, "path_prefixes">,
  account: string,
  { host, port, token }: { readonly host: string; readonly port: number; readonly token: string },
): string {
  return `curl -H 'Authorization: Bearer ${token}' 'http://${host}:${port}/proxy/${encodeURIComponent(account).replaceAll("'", "%27")}${path}'`;
}

/** What a client may do, in one sentence. */
export function clientScope(client: Client, accountNames: readonly string[]): string {
  const { methods, path_prefixes, requests_per_minute, may_read_token } = client;
  const where = path_prefixes.includes("/") ? "" : ` below ${path_prefixes.join(", ")}`;
  const names = accountNames.length === 0 ? "no account any more" : accountNames.join(", ");
  return `${methods.join(", ")} for ${names}${where}, ${requests_per_minute} requests per minute${may_read_token ? ", and the bare token" : ""}`;
}

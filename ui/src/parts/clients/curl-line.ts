import { currentLocale, say } from "../../words/language/words.ts";
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

/** What a client may do, in words. */
export function clientScope(client: Client, accountNames: readonly string[]): string {
  const { methods, path_prefixes, requests_per_minute: rate, may_read_token } = client;
  const list = new Intl.ListFormat(currentLocale(), { style: "narrow", type: "unit" });
  const accounts = accountNames.length === 0 ? say("accounts.clients_none_account") : list.format(accountNames);
  return say("accounts.client_scope", {
    methods: methods.join(", "),
    accounts,
    below: path_prefixes.includes("/") ? "no" : "yes",
    paths: path_prefixes.join(", "),
    rate,
    token: may_read_token ? "yes" : "no",
  });
}

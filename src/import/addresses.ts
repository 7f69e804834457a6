import { pastedValue } from "../pasted.ts";
import type { ProviderSettings } from "../keeper/providers/provider-fields.ts";
import { FORMER_UTEC_HOSTS, UTEC_ACTION, utecProvider } from "../keeper/providers/utec.ts";
import type { UtecUrls } from "../keeper/providers/utec.ts";
import type { ConfigReader } from "./reader.ts";
import { phrase } from "../said/phrase.ts";

const NOT_AN_ADDRESS = phrase("part_reason_no_address");
const OWN = phrase("part_becomes_own_address");

/**
 * The addresses of the cloud, where the file says others than those that the gateway uses anyway: the account's own.
 * @param present what the gateway's settings say of the cloud
 */
export function readAddresses(reader: ConfigReader, present: UtecUrls): ProviderSettings {
  return { ...oauthAddresses(reader, present), ...apiAddress(reader, present) };
}

function oauthAddresses(reader: ConfigReader, present: UtecUrls): ProviderSettings {
  const base = address(reader, "oauth_base_url")?.replace(/\/login$/, "") ?? null;
  if (base === null) return {};
  const own = [utecProvider(), utecProvider(present)].map(({ authorizeUrl }) => authorizeUrl ?? "");
  if (own.some((url) => isSamePlace(url, `${base}/authorize`))) {
    reader.take("oauth_base_url", OWN);
    return {};
  }
  reader.take("oauth_base_url", phrase("part_becomes_token_address", { url: base }));
  return { authorize_url: `${base}/authorize`, token_url: `${base}/token` };
}

/** The gateway posts to `{api_url}/action`. */
function apiAddress(reader: ConfigReader, present: UtecUrls): ProviderSettings {
  const key = reader.either("api_base_url", "base_url");
  const own = utecProvider(present).api.url ?? "";
  const said = address(reader, key);
  const base = said === null ? null : withoutFormerHost(said);
  const path = actionPath(reader);
  const url = `${base ?? own}${path}`;
  if ([utecProvider().api.url ?? "", own].some((one) => isSamePlace(one, url))) {
    reader.take(key, OWN);
    if (path === "") reader.take("action_path", phrase("part_becomes_own_path"));
    return {};
  }
  if (base !== null) reader.take(key, phrase("part_becomes_api_address", { url }));
  return { api_url: url };
}

/** What of it comes before `/action`. */
function actionPath(reader: ConfigReader): string {
  const said = reader.text("action_path");
  if (said === null) return "";
  const path = `/${pastedValue("action_path", said).replace(/^\/+|\/+$/g, "")}`;
  const isPath = /^(?:\/[\w.~-]+)+$/.test(path) && path.endsWith(UTEC_ACTION);
  if (isPath) {
    const before = path.slice(0, -UTEC_ACTION.length);
    reader.take("action_path", phrase("part_becomes_api_part", { path }));
    return before;
  }
  reader.refuse("action_path", phrase("part_reason_other_path", { path: UTEC_ACTION }));
  return "";
}

/** As uteclocal reads it: with a scheme, without slashes at its end. */
function address(reader: ConfigReader, key: "oauth_base_url" | "api_base_url" | "base_url"): string | null {
  const said = reader.text(key);
  if (said === null) return null;
  const pasted = pastedValue(key, said);
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(pasted) ? pasted : `https://${pasted}`);
  const usable =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === "");
  if (usable) return url.href.replace(/\/+$/, "");
  reader.refuse(key, NOT_AN_ADDRESS);
  return null;
}

function withoutFormerHost(base: string): string {
  const url = new URL(base);
  if (!FORMER_UTEC_HOSTS.has(url.host)) return base;
  return (utecProvider().api.url ?? base) + url.pathname.replace(/\/+$/, "");
}

/** Whoever wrote `http://` before the cloud's own address, meant the cloud: no token goes there in the open. */
function isSamePlace(own: string, said: string): boolean {
  return own.replace(/^https?:/, "") === said.replace(/^https?:/, "");
}

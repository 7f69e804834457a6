import { readException } from "../outgoing/exception.ts";
import type { Exception } from "../outgoing/exception.ts";
import type { ProxySettings } from "../outgoing/proxy.ts";
import { pastedValue, visible } from "../pasted.ts";
import { Problem } from "../problem.ts";
import type { SettingFields } from "./setting-fields.ts";
import type { Environment } from "./setting-source.ts";
import type { SettingGroup } from "./setting.ts";

/** By the names that every program knows them by, in small letters too. */
export const PROXY_SETTINGS = {
  http: { variable: "HTTP_PROXY", option: null, kind: "secret" },
  https: { variable: "HTTPS_PROXY", option: null, kind: "secret" },
  exceptions: { variable: "NO_PROXY", option: null, kind: "text", otherwise: null },
} as const satisfies SettingGroup;

/** A variable by the name under which it is set, with what it holds. */
interface Variable {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. In lower case they count first, as everywhere. No value is ever in a
 * sentence, for it may hold a password.
 * @param environments the first in which a variable is set counts
 * @returns null where no proxy is set
 * @throws Problem `settings_invalid` for a proxy that can't be used: going around it is not what was wanted
 */
export function readProxySettings(environments: readonly Environment[], fields: SettingFields): ProxySettings | null {
  const read = (name: string): Variable | null => variable(environments, name);
  const [http, https] = [
    proxyAddress(read(PROXY_SETTINGS.http.variable), fields),
    proxyAddress(read(PROXY_SETTINGS.https.variable), fields),
  ];
  return http === null && https === null
    ? null
    : { http, https, exceptions: exceptions(read(PROXY_SETTINGS.exceptions.variable), fields) };
}

function variable(environments: readonly Environment[], name: string): Variable | null {
  for (const environment of environments) {
    for (const spelling of [name.toLowerCase(), name]) {
      const value = visible(environment[spelling] ?? "").trim();
      if (value !== "") return { name: spelling, value };
    }
  }
  return null;
}

function proxyAddress(variable: Variable | null, fields: SettingFields): string | null {
  if (variable === null) return null;
  const { name } = variable;
  const value = pastedValue(name.toLowerCase(), variable.value);
  if (value === "") return null;
  if (value.includes("@")) fields.hide(value);
  const [, scheme = "http", rest = value] = /^(?:([a-z][a-z0-9+.-]*):)?\/+(.*)$/is.exec(value) ?? [];
  if (!/^https?$/i.test(scheme)) {
    throw new Problem(
      "settings_invalid",
      `${name} names a kind of proxy that the gateway can't use: write an HTTP proxy, such as http://proxy.lan:3128, or remove it.`,
      { field: name },
    );
  }
  const url = URL.parse(`${scheme}://${rest}`);
  if (url === null || url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new Problem(
      "settings_invalid",
      `${name} is not the address of a proxy: write http://proxy.lan:3128 or http://user:password@proxy.lan:3128, with every / ? # % and @ in the user name or password percent-encoded.`,
      { field: name },
    );
  }
  hideCredentials(url, fields);
  return url.href;
}

/** Keeps them out of the log in every form, and makes them decodable: a `%` that begins no escape is meant as it stands. */
function hideCredentials(url: URL, fields: SettingFields): void {
  if (url.username === "" && url.password === "") return;
  const [username, password] = [decoded(url.username), decoded(url.password)];
  for (const secret of [url.href, `${url.username}:${url.password}`, `${username}:${password}`]) fields.hide(secret);
  // Some proxies take a token in the user name's place.
  for (const secret of password === "" ? [url.username, username] : [url.password, password]) fields.hide(secret);
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password);
  fields.hide(url.href);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function exceptions(variable: Variable | null, fields: SettingFields): Exception[] {
  if (variable === null) return [];
  const { name, value } = variable;
  const entries = value.split(/[\s,;|"']+/).filter((entry) => entry !== "");
  return entries.flatMap((entry, index) => {
    const exception = readException(entry);
    if (exception === null) {
      fields.problem(
        name,
        `Entry ${index + 1} of ${name} is no name, address or network, and is left out: write ha.lan, .lan or 192.168.0.0/16.`,
      );
    }
    return exception ?? [];
  });
}

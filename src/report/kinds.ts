import { isIP } from "node:net";
import type { Placeholders } from "./placeholders.ts";

/** One kind of what must not be told: how it looks, and what stands for it. Null leaves it as it is. */
interface Kind {
  /** What a text must hold for it; most hold none of it, and are not searched for the rest. */
  readonly needs: RegExp;
  readonly pattern: RegExp;
  readonly replace: (found: string, names: Placeholders) => string | null;
}

/** Hosts that everybody's gateway calls, and the machine itself: a report without them tells nothing. */
const PUBLIC_HOST =
  /^(?:(?:[a-z0-9-]+\.)*(?:u-tec\.com|xthings\.com|ultraloq\.com|yotoplay\.com|watttime\.org|github\.com|home-assistant\.io|nodejs\.org)|localhost|supervisor|homeassistant)$/i;
/** Names of files and of parts of programs have dots, too. */
const NO_HOST =
  /\.(?:[cm]?[jt]s|json|ya?ml|md|txt|log|db|sqlite|wal|shm|lock|sessions|key|env|html|css|map|node|py|zip|gz|tar|bak|copy|so|exit|env|stdout|stderr|prototype|constructor)$/i;

/** An entity of Home Assistant, once its name has been replaced, and what the cloud calls the abilities of a device. */
const OWN_WORD = /^(?:[a-z]+\.[a-z]+-\d+|st\.[a-z]+)$/i;

/** What a field or a parameter of this name holds is a secret, whatever it is. */
export const SECRET_NAME =
  "(?:[a-z_-]{0,40}(?:password|passwd|secret|token|api_?key|access_?key|secret_?key|credential|cookie|session_?id)|authorization|pass|pwd|pin|code|user_?code|device_?code|state|nonce|code_verifier|assertion)";

/** The name, what stands between, and the value: within its quotes, whatever is in it, else up to the next space or sign. */
const NAMED_SECRET = `(?<![a-z0-9])(${SECRET_NAME})((?:\\\\?["'])?\\s{0,9}(?:=|:|%3D|%3A)\\s{0,9})(?:(\\\\?["'])(.{0,4000}?)(?<!\\\\)\\3|([^\\s"'\\\\&,;}]+))`;

/** The order matters: what is found first is told no further. */
const KINDS: readonly Kind[] = [
  {
    needs: /bearer|basic|digest/i,
    pattern: /\b(?:bearer\s+|(?:basic|digest)\s+(?=[\w+/.~-]*[\d+/=_]))[\w+/=.~-]{8,}/gi,
    replace: (found) => `${found.split(/\s/)[0] ?? ""} [secret]`,
  },
  { needs: /eyJ/, pattern: /\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g, replace: () => "[secret]" },
  { needs: /:\/\//, pattern: /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>`\\^{|}]+/gi, replace: url },
  {
    needs: /[=:]|%3[AD]/i,
    // In a form, a query, JSON, and what a program prints: name=value, "name": "value", name: value.
    pattern: new RegExp(NAMED_SECRET, "gis"),
    replace: (found) => {
      const [, name = "", middle = "", quote = "", quoted, bare = ""] =
        new RegExp(`^${NAMED_SECRET}$`, "is").exec(found) ?? [];
      const plain = quote === "" && /\s$/.test(middle);
      return isHarmless(name, quoted ?? bare, plain) ? null : `${name}${middle}${quote}[secret]${quote}`;
    },
  },
  {
    needs: /@|%40/,
    pattern: /[\p{L}\p{N}._%+-]{1,64}(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/giu,
    replace: (found, names) => names.of("email", decoded(found).toLowerCase()),
  },
  {
    needs: /[:.-]|%3A/i,
    pattern: /(?<![\da-f])(?:[\da-f]{2}(?:[:-]|%3A)){5}[\da-f]{2}(?![\da-f])|\b(?:[\da-f]{4}\.){2}[\da-f]{4}\b/gi,
    replace: (found, names) => names.of("mac", hexOf(found)),
  },
  {
    needs: /\d\.\d/,
    pattern: /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d*\.\d)/g,
    replace: (found, names) => (isIP(found) === 0 || isThisMachine(found) ? null : names.of("ip", found)),
  },
  {
    needs: /:[^:]*:/,
    pattern: /(?<![\w:.])(?=[\da-f:.]*:[\da-f:.]*:)[\da-f:]+(?:\d{1,3}(?:\.\d{1,3}){3})?(?:%\w+)?(?![\w:])/gi,
    replace: (found, names) => {
      const address = found.replace(/%\w+$/, "");
      return isIP(address) !== 6 || isThisMachine(address) ? null : names.of("ip", address.toLowerCase());
    },
  },
  {
    needs: /\d\.\d{3}/,
    pattern: /(?<![\d.])-?\d{1,3}\.\d{3,}\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}(?![\d.])/g,
    replace: (found, names) => names.of("place", found),
  },
  {
    needs: /lat|lon|lng/i,
    pattern: /(\b(?:lat|latitude|lon|lng|longitude)(?:\\?["'])?\s*[=:]\s*(?:\\?["'])?)-?\d+(?:\.\d+)?/gi,
    replace: (found) => found.replace(/-?\d+(?:\.\d+)?$/, "[place]"),
  },
  {
    needs: /\+\d/,
    pattern: /\+\d[\d ()/-]{7,}\d/g,
    replace: (found, names) => names.of("phone", found.replace(/\D/g, "")),
  },
  {
    needs: /home\/|users[/\\]/i,
    pattern: /(?<=(?:\/home\/|\/Users\/|\\Users\\))[^/\\\s:"']+/g,
    replace: (found, names) => (found === "node" ? null : names.of("person", found)),
  },
  {
    needs: /\bE[A-Z]{5}/,
    pattern: /(?<=\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ETIMEDOUT)\s)[\w-]+(?=\s|$|:\d)/g,
    replace: host,
  },
  {
    needs: /\.\p{L}/u,
    pattern:
      /(?<![\w.@/-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{1,62}(?![\w(/-])/giu,
    replace: host,
  },
  {
    needs: /-[\da-f]{4}-/i,
    pattern: /\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b/gi,
    replace: (found, names) => names.of("id", found.toLowerCase()),
  },
  {
    needs: /[\w-]{20}/,
    // What is long, has letters and digits and no word in it: an id, or a secret that nobody knows any more.
    pattern: /(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{20,}(?![\w-])/gi,
    replace: (found, names) => (isWords(found) ? null : names.of("id", found)),
  },
  {
    needs: /[\da-f]{12}/i,
    pattern: /\b(?=[\da-f]*\d)(?=[\da-f]*[a-f])[\da-f]{12,19}\b/gi,
    replace: (found, names) => names.of("id", found.toLowerCase()),
  },
];

/** `text` with everything in it replaced that looks like one of the kinds. */
export function withoutKinds(text: string, names: Placeholders): string {
  let clean = text;
  for (const { needs, pattern, replace } of KINDS)
    if (needs.test(clean)) clean = clean.replace(pattern, (found) => replace(found, names) ?? found);
  return clean;
}

function url(found: string, names: Placeholders): string {
  const [, end = ""] = /([).,;:!?\]]*)$/.exec(found) ?? [];
  const text = found.slice(0, found.length - end.length);
  if (!URL.canParse(text)) return `[address]${end}`;
  const { protocol, hostname, port, pathname, search, username } = new URL(text);
  // A path of a program's own files is no address.
  if (protocol === "file:" || protocol === "node:") return found;
  const name = isIP(hostname.replace(/^\[|\]$/g, "")) === 0 ? (host(hostname, names) ?? hostname) : ip(hostname, names);
  const path = pathname
    .split("/")
    .map((part) => (/\d/.test(part) && part.length > 8 ? names.of("id", decoded(part)) : part))
    .join("/");
  return `${protocol}//${username === "" ? "" : "[secret]@"}${name}${port === "" ? "" : `:${port}`}${path}${search === "" ? "" : "?[left out]"}${end}`;
}

/** One that is the same in every house, and this machine itself. */
export function isPublicHost(name: string): boolean {
  return PUBLIC_HOST.test(name) || isThisMachine(name);
}

function host(found: string, names: Placeholders): string | null {
  if (PUBLIC_HOST.test(found) || NO_HOST.test(found) || OWN_WORD.test(found) || found === "") return null;
  return names.of("host", found.toLowerCase());
}

function ip(hostname: string, names: Placeholders): string {
  const address = hostname.replace(/^\[|\]$/g, "");
  return isThisMachine(address) ? hostname : names.of("ip", address);
}

/** Loopback, every address that there is, and the Supervisor's own network: the same in every house. */
export function isThisMachine(address: string): boolean {
  return /^(?:localhost$|(?:::ffff:)?127\.|0\.0\.0\.0$|::1$|::$|172\.30\.3[23]\.)/.test(address);
}

/**
 * A status that is called code, a state of a lock: words of the gateway's own. And of a sentence (`plain`), the word after a
 * colon.
 */
export function isHarmless(name: string, value: string, plain = false): boolean {
  if (value.startsWith("[secret]")) return true;
  if (plain && /^[a-z'’]{1,15}[.,]?$/i.test(value)) return true;
  return (
    /^(?:code|state)$/i.test(name) && /^(?:[a-z_]{2,32}|[A-Z]+(?:_[A-Z]+)*|http_\d{3}|\d{3}|null|-)[.)]?$/.test(value)
  );
}

/** Snake case and camel case are words, however long. */
function isWords(text: string): boolean {
  return text
    .split(/[_-]|(?<=[a-z])(?=[A-Z])/)
    .every((part) => /^(?:[A-Za-z]*|\d{1,4}|[A-Za-z]+\d{1,2}|v\d+)$/.test(part));
}

function hexOf(text: string): string {
  return text
    .replace(/%3A/gi, "")
    .replace(/[^\da-f]/gi, "")
    .toLowerCase();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { Secrets } from "../log.ts";
import { SECRET_NAME, isHarmless, isThisMachine, withoutKinds } from "./kinds.ts";
import { Placeholders } from "./placeholders.ts";

/** What a record's field of this name holds, whatever it looks like. */
const KIND_OF_FIELD: Readonly<Record<string, string>> = {
  account: "account",
  account_name: "account",
  account_id: "account",
  address: "ip",
  automation: "automation",
  client: "program",
  client_name: "program",
  cloud_user: "person",
  device: "device",
  device_id: "device",
  device_name: "device",
  email: "email",
  forwarded_for: "ip",
  gateway_id: "gateway",
  host: "host",
  hostname: "host",
  lat: "place",
  latitude: "place",
  lng: "place",
  lon: "place",
  longitude: "place",
  mac: "mac",
  serial: "serial",
  user: "person",
  user_id: "person",
  user_name: "person",
  username: "person",
};

/** Between 2001 and 2286: nothing else is as large. */
const EARLIEST_MS = 1e12;
const LATEST_MS = 1e13;

/** Who makes what: an account may be called the same. */
const OF_MAKERS: ReadonlySet<string> = new Set(["manufacturer", "provider_label"]);

const SECRET_FIELD = new RegExp(`^${SECRET_NAME}$`, "i");
/** A letter or digit of a script in which a space stands between words. */
const OF_WORD = /[[\p{L}\p{N}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]]/v;
/** Shorter names in plain letters are only replaced where they stand alone: within a sentence they would blank ordinary words. */
const SHORTEST_NAME = 3;
/** What names things in every sentence of the gateway: an account may be called the same. */
const OWN_PHRASES = ["Home Assistant", "U-tec", "Ultraloq", "Xthings", "utec_gateway", "utec-gateway"];

/**
 * Takes out of a report what is nobody's business: secrets by value, in every form in which they may be printed; then the
 * names and ids that it has been told of, for a placeholder each; then whatever looks like an address, an id or a place.
 */
export class Redactor {
  readonly #secrets: Secrets;
  readonly #names = new Placeholders();
  /** By the form, in lower case. */
  #placeholders = new Map<string, string>();
  /** A log says the same again and again. */
  readonly #cleaned = new Map<string, string>();
  /** Null where names have come that are not in there yet. */
  #forms: readonly string[] | null = null;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /**
   * Remembers that `id` and `others` name one thing or person, and returns its placeholder, such as `lock-1`. What is null
   * or empty is passed over; a name that another one has already stays with that one.
   */
  know(kind: string, ...named: readonly (string | null | undefined)[]): string {
    const [id, ...others] = named.flatMap((value) => (value?.trim() ? [value.trim()] : []));
    if (id === undefined) return `${kind}-unnamed`;
    this.#forms = null;
    this.#cleaned.clear();
    const placeholder = this.#names.of(kind, id);
    for (const other of others) this.#names.also(id, other);
    return placeholder;
  }

  /** Learns the names that stand in fields which are there for names, so that they are found in sentences, too. */
  learn(value: unknown, field = ""): void {
    if (Array.isArray(value)) for (const one of value) this.learn(one, field);
    else if (typeof value === "object" && value !== null)
      for (const [name, one] of Object.entries(value)) this.learn(one, name);
    else if (typeof value === "string" && field === "by") {
      // Who asked for a command, as the log writes it: where from, and the name.
      const [, name] = /^\w+: (.+)$/s.exec(value) ?? [];
      if (name !== undefined) this.know("person", name);
    } else if (typeof value === "string") {
      const kind = KIND_OF_FIELD[field];
      // Addresses and places are found by how they look.
      if (kind !== undefined && kind !== "ip" && kind !== "place" && !isThisMachine(value)) this.know(kind, value);
    }
  }

  /** A JSON value without what is nobody's business, in its names of fields, too. */
  clean(value: unknown, field = ""): unknown {
    if (typeof value === "string") return this.#cleanField(field, value);
    if (typeof value === "number") return cleanNumber(field, value);
    if (Array.isArray(value)) return value.map((one) => this.clean(one, field));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [this.text(name), this.clean(one, name)]));
  }

  /** A text without it. */
  text(text: string): string {
    const known = this.#cleaned.get(text);
    if (known !== undefined) return known;
    const scrubbed = this.#secrets.scrub(text.normalize("NFC"));
    const clean = withoutKinds(this.#withoutNames(scrubbed), this.#names);
    this.#cleaned.set(text, clean);
    return clean;
  }

  #cleanField(field: string, value: string): string {
    if (value === "") return value;
    const whole = this.#names.find(value.trim());
    if (whole !== undefined && !OF_MAKERS.has(field)) return whole;
    if (SECRET_FIELD.test(field) && !isHarmless(field, value)) return "[secret]";
    const kind = KIND_OF_FIELD[field];
    if (kind === "place") return "[place]";
    const clean = this.text(value);
    return kind === undefined || clean !== value || isThisMachine(value) ? clean : this.#names.of(kind, value);
  }

  #withoutNames(text: string): string {
    const lower = text.toLowerCase();
    const found = this.#knownForms().filter((form) => lower.includes(form));
    if (found.length === 0) return text;
    const all = [...OWN_PHRASES, ...found].sort((a, b) => b.length - a.length);
    const pattern = new RegExp(all.map((form) => RegExp.escape(form)).join("|"), "giu");
    return text.replace(pattern, (name, at: number) => {
      // Of names that begin alike, the longest that ends where a word does.
      const form = all.find((each) => isWhole(text, at, each));
      const placeholder = form === undefined ? undefined : this.#placeholders.get(form);
      return form === undefined || placeholder === undefined ? name : placeholder + name.slice(form.length);
    });
  }

  /** Every form of all that is known, the longest first: what has been replaced is not looked at again. */
  #knownForms(): readonly string[] {
    if (this.#forms !== null) return this.#forms;
    this.#placeholders = new Map();
    for (const [value, placeholder] of this.#names.all()) {
      if (value.length < SHORTEST_NAME && /^[\x20-\x7e]*$/.test(value)) continue;
      for (const form of formsOf(value)) if (!this.#placeholders.has(form)) this.#placeholders.set(form, placeholder);
    }
    this.#forms = [...this.#placeholders.keys()].sort((a, b) => b.length - a.length);
    return this.#forms;
  }
}

/** Moments are told as people read them. */
function cleanNumber(field: string, value: number): number | string {
  if (KIND_OF_FIELD[field] === "place") return "[place]";
  return value > EARLIEST_MS && value < LATEST_MS ? new Date(value).toISOString() : value;
}

/** How a name may be written within something else; in lower case, as they are looked up. */
function formsOf(value: string): ReadonlySet<string> {
  const percent = encodeURIComponent(value.toWellFormed());
  const forms = new Set([value, JSON.stringify(value).slice(1, -1), percent, percent.replaceAll("%20", "+")]);
  // Of less, what base64 makes may be anything.
  if (value.length >= Secrets.SHORTEST) forms.add(Buffer.from(value).toString("base64").replace(/=+$/, ""));
  forms.add(escapedHtml(value));
  forms.add(
    JSON.stringify(value)
      .slice(1, -1)
      .replace(/[^\x20-\x7e]/g, unicodeEscape),
  );
  const slug = value
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "");
  if (slug.length > SHORTEST_NAME) forms.add(slug).add(slug.replaceAll("_", "-"));
  return new Set([...forms].filter((form) => form !== "").map((form) => form.normalize("NFC").toLowerCase()));
}

/** Does `form` stand at this place, and not within a longer word? */
function isWhole(text: string, at: number, form: string): boolean {
  const end = at + form.length;
  if (text.slice(at, end).toLowerCase() !== form.toLowerCase()) return false;
  const startsWord = OF_WORD.test(signAt(text, at)) && OF_WORD.test(signBefore(text, at));
  return !startsWord && !(OF_WORD.test(signBefore(text, end)) && OF_WORD.test(signAt(text, end)));
}

/** The whole sign that begins there, of which some are two units long. */
function signAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0x20);
}

function signBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1) >= 0xdc00 && text.charCodeAt(at - 1) <= 0xdfff;
  return signAt(text, low ? at - 2 : at - 1);
}

function escapedHtml(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);
}

function unicodeEscape(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

import { Secrets } from "../../log.ts";
import type { CloudAnswer } from "../cloud-answer.ts";

/** An API may tell what was sent to it before: the tokens before the present one are looked for, too. */
const REMEMBERED = 4;
const INSTEAD = Buffer.from("[secret]");

/** Takes tokens out of answers, in every form in which one may be printed. */
export class TokenScrub {
  /** By account, the newest first: the forms of each token. */
  readonly #tokens = new Map<string, { readonly value: string; readonly forms: readonly Buffer[] }[]>();

  /** Called before a token is sent. */
  remember(account_id: string, value: string): void {
    const known = this.#tokens.get(account_id) ?? [];
    if (known[0]?.value === value) return;
    const others = known.filter((each) => each.value !== value).slice(0, REMEMBERED - 1);
    this.#tokens.set(account_id, [{ value, forms: formsOf(value) }, ...others]);
  }

  clean(account_id: string, { status, headers, body }: CloudAnswer): CloudAnswer {
    return {
      status,
      headers: headers.map(([name, value]) => [name, this.text(account_id, value)]),
      body: this.#bytes(account_id, body),
    };
  }

  text(account_id: string, text: string): string {
    const bytes = Buffer.from(text, "latin1");
    return this.#bytes(account_id, bytes).toString("latin1");
  }

  #bytes(account_id: string, bytes: Buffer): Buffer {
    let clean = bytes;
    for (const { forms } of this.#tokens.get(account_id) ?? []) {
      for (const form of forms) clean = without(clean, form);
    }
    return clean;
  }
}

function without(bytes: Buffer, form: Buffer): Buffer {
  let found = bytes.indexOf(form);
  if (found === -1) return bytes;
  const parts: Buffer[] = [];
  let from = 0;
  for (; found !== -1; found = bytes.indexOf(form, from)) {
    parts.push(bytes.subarray(from, found), INSTEAD);
    from = found + form.length;
  }
  return Buffer.concat([...parts, bytes.subarray(from)]);
}

function formsOf(value: string): Buffer[] {
  const withScheme = `Bearer ${value}`;
  const forms = [
    ...Secrets.formsOf(value),
    encodeURIComponent(value).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    // JSON as PHP writes it.
    value.replaceAll("/", "\\/"),
    Buffer.from(withScheme).toString("base64").replace(/=+$/, ""),
    Buffer.from(withScheme).toString("base64url"),
    Buffer.from(value).toString("hex"),
    Buffer.from(value, "utf16le").toString("latin1"),
  ];
  return [...new Set(forms)].sort((a, b) => b.length - a.length).map((form) => Buffer.from(form, "latin1"));
}

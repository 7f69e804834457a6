import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import type { Random } from "../../../random.ts";

/**
 * Encryption at rest: AES-256-GCM with a random 96-bit IV. What a value is for, whose it is and of which generation is
 * bound to it as additional data, so that a row copied to another account or generation does not open.
 *
 * A sealed value is: version (1 byte), key id (4), IV (12), tag (16), ciphertext.
 */
export type SealPurpose =
  | "key_proof"
  | "client_secret"
  | "credentials"
  | "token"
  | "answer"
  | "device_code"
  | "code_verifier";

/** What a sealed value belongs to. `owner` is an account's id, or the gateway's. */
export interface SealContext {
  readonly purpose: SealPurpose;
  readonly owner: string;
  readonly generation: number;
}

/** A sealed value did not open: another key, another row, or a damaged file. */
export class SealBroken extends Error {
  override readonly name = "SealBroken";
  readonly purpose: SealPurpose;
  /** It may well be whole: only the key is another. */
  readonly otherKey: boolean;

  constructor({ purpose, owner }: SealContext, what: string, options: ErrorOptions & { otherKey?: boolean } = {}) {
    super(`The stored ${purpose.replace("_", " ")} of ${owner} ${what}`, options);
    this.purpose = purpose;
    this.otherKey = options.otherKey ?? false;
  }
}

const VERSION = 1;
const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + KEY_ID_BYTES + IV_BYTES + TAG_BYTES;

/** Seals and opens with one key. Holds the key in memory; nothing prints it. */
export class Sealer {
  readonly #key: Buffer;
  readonly #keyId: Buffer;
  readonly #random: Random;

  static readonly KEY_BYTES = KEY_BYTES;

  /** @throws RangeError when `key` is not 32 bytes long */
  constructor(key: Buffer, random: Random) {
    if (key.length !== KEY_BYTES) throw new RangeError(`An AES-256 key has ${KEY_BYTES} bytes, not ${key.length}.`);
    this.#key = key;
    this.#keyId = createHash("sha256").update(key).digest().subarray(0, KEY_ID_BYTES);
    this.#random = random;
  }

  seal(text: string, context: SealContext): Buffer {
    const iv = this.#random.bytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv).setAAD(additionalData(context));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), this.#keyId, iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws SealBroken when it does not open with this key and context */
  open(sealed: Buffer, context: SealContext): string {
    if (sealed.length < HEAD_BYTES || sealed[0] !== VERSION) {
      throw new SealBroken(context, "is damaged");
    }
    if (!sealed.subarray(1, 1 + KEY_ID_BYTES).equals(this.#keyId)) {
      throw new SealBroken(context, "was sealed with another key", { otherKey: true });
    }
    const iv = sealed.subarray(1 + KEY_ID_BYTES, 1 + KEY_ID_BYTES + IV_BYTES);
    const tag = sealed.subarray(HEAD_BYTES - TAG_BYTES, HEAD_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", this.#key, iv, { authTagLength: TAG_BYTES })
      .setAAD(additionalData(context))
      .setAuthTag(tag);
    try {
      return decipher.update(sealed.subarray(HEAD_BYTES), undefined, "utf8") + decipher.final("utf8");
    } catch (cause) {
      throw new SealBroken(context, "does not open", { cause });
    }
  }
}

function additionalData(context: SealContext): Buffer {
  return Buffer.from(JSON.stringify([VERSION, context.purpose, context.owner, context.generation]));
}

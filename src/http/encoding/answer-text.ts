import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Response } from "express";
import { acceptedEncoding } from "./accepted.ts";

/** What is shorter fits into one packet as it is. */
export const SMALLEST_COMPRESSED_BYTES = 1024;
/** A third of the time of the usual level, for a twentieth more bytes. */
const LEVEL = 3;

const compressed = promisify(gzip);

/** The text of an answer: compressed when the first client asks for that, and once for all of them. */
export class AnswerText {
  readonly plain: Buffer;
  readonly #hasSecret: boolean;
  #gzipped: Promise<Buffer> | null = null;

  /**
   * @param hasSecret true: it is never compressed, for the length would tell whoever can put words of their own beside the
   * secret whether they have guessed a part of it
   */
  constructor(text: string, hasSecret = false) {
    this.plain = Buffer.from(text);
    this.#hasSecret = hasSecret;
  }

  get mayBeCompressed(): boolean {
    return !this.#hasSecret && this.plain.length >= SMALLEST_COMPRESSED_BYTES;
  }

  gzipped(): Promise<Buffer> {
    this.#gzipped ??= compressed(this.plain, { level: LEVEL });
    return this.#gzipped;
  }
}

/** Sends a text of this type, compressed to a client that takes it so. */
export function sendText(response: Response, type: string, text: AnswerText): void | Promise<void> {
  response.setHeader("Content-Type", type);
  if (!text.mayBeCompressed) return end(response, text.plain);
  response.vary("Accept-Encoding");
  return acceptedEncoding(response.req, ["gzip"]) === null ? end(response, text.plain) : sendGzipped(response, text);
}

async function sendGzipped(response: Response, text: AnswerText): Promise<void> {
  const body = await text.gzipped();
  response.setHeader("Content-Encoding", "gzip");
  end(response, body);
}

function end(response: Response, body: Buffer): void {
  response.setHeader("Content-Length", body.length);
  response.end(body);
}

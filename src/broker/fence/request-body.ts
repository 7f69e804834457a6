import type { IncomingMessage } from "node:http";
import { Refusal } from "../refusal.ts";

export const LARGEST_BYTES = 10 * 1024 * 1024;
/** What all requests and answers under way may hold together. */
const TOGETHER_BYTES = 48 * 1024 * 1024;

/** Memory for bodies under way: it is limited, so that large ones are refused before the gateway runs out of it. */
export class BodyRoom {
  #free = TOGETHER_BYTES;

  /** @throws Refusal `broker_busy` */
  take(bytes: number): void {
    if (bytes > this.#free) {
      throw new Refusal("broker_busy", "Too much is on its way through the broker: try again in a moment.", {
        retry_after_s: 1,
      });
    }
    this.#free -= bytes;
  }

  giveBack(bytes: number): void {
    this.#free += bytes;
  }
}

/** The whole body of a request, so that it can be sent again. @throws Refusal `payload_too_large`, `broker_busy`, `request_incomplete` */
export async function readBody(request: IncomingMessage, room: BodyRoom): Promise<Buffer | null> {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === "0")) return null;
  if (Number(length ?? 0) > LARGEST_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let taken = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      if (taken + chunk.length > LARGEST_BYTES) throw tooLarge();
      room.take(chunk.length);
      taken += chunk.length;
      chunks.push(chunk);
    }
  } catch (error) {
    room.giveBack(taken);
    if (error instanceof Refusal) throw error;
    throw new Refusal("request_incomplete", "The request ended before its body was complete.", { cause: error });
  }
  return Buffer.concat(chunks);
}

function tooLarge(): Refusal {
  return new Refusal(
    "payload_too_large",
    `The body is larger than ${LARGEST_BYTES / 1024 / 1024} MiB: send less at once.`,
  );
}

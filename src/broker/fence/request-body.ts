import type { IncomingMessage } from "node:http";
import { LARGEST_BYTES } from "./body-room.ts";
import type { BodyRoom } from "./body-room.ts";
import { Refusal } from "../refusal.ts";

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

import type { Request } from "express";

/** The first of these that the client takes; null where it takes none of them, would rather have none, or does not say. */
export function acceptedEncoding<Encoding extends string>(
  request: Pick<Request, "headers" | "acceptsEncodings">,
  encodings: readonly Encoding[],
): Encoding | null {
  if (request.headers["accept-encoding"] === undefined) return null;
  return encodings.find((encoding) => request.acceptsEncodings(encoding, "identity") === encoding) ?? null;
}

import { TextDecoder } from "node:util";

/**
 * In the bundle, what body-parser uses of the package of this name, by Node's own decoder: of the character sets that
 * it lets pass for JSON (`utf-8` and its kin), the ones that browsers know.
 */
export function encodingExists(encoding: string): boolean {
  return decoderOf(encoding) !== null;
}

export function decode(bytes: Buffer, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** @throws Error with the words by which raw-body knows it */
export function getDecoder(encoding: string): { write(bytes: Buffer): string; end(): string } {
  const decoder = decoderOf(encoding);
  if (decoder === null) throw new Error(`Encoding not recognized: '${encoding}'`);
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

function decoderOf(encoding: string): TextDecoder | null {
  try {
    return new TextDecoder(encoding);
  } catch {
    return null;
  }
}

import { randomBytes, randomUUID } from "node:crypto";

/** Chance, as an argument: tests replay it from a seed. */
export interface Random {
  /** Evenly spread in [0, 1). */
  fraction(): number;
  bytes(size: number): Buffer;
  uuid(): string;
}

/** The operating system's randomness. */
export const systemRandom: Random = {
  fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  bytes: (size) => randomBytes(size),
  uuid: () => randomUUID(),
};

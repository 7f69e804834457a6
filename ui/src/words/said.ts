import type { Said } from "../../../src/problem.ts";
import { trySay } from "./language/words.ts";

/** Something that the gateway said: in English, and as what its sentence is made of where it told that. */
export interface Told {
  readonly message: string;
  readonly said?: Said | null | undefined;
}

/** The gateway's sentence in the reader's language; in English from a gateway that has sentences which this page lacks. */
export function told({ message, said }: Told): string {
  return (said ? trySay(`said.${said.key}`, said.params) : null) ?? message;
}

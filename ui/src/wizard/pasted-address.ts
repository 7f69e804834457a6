import { readRedirect } from "../../../src/keeper/sign-in/redirect.ts";
import { redirectSentence } from "../../../src/keeper/sign-in/redirect-sentence.ts";
import { utecProvider } from "../../../src/keeper/providers/utec.ts";
import type { Finding } from "./credentials.ts";

const { codeParameters, label } = utecProvider();

/** What somebody pasted after signing in: null where it holds a code, else what it is instead. Read as the gateway does. */
export function findingInPastedAddress(pasted: string, signInUrl: string | null): Finding | null {
  const reading = readRedirect(pasted, { codeParameters, signInUrl });
  if (reading.kind === "unreadable" && reading.why === "empty") return null;
  const text = redirectSentence(reading, label);
  return text === null ? null : { kind: "mistake", text };
}

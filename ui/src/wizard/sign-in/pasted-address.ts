import { readRedirect } from "../../../../src/keeper/sign-in/redirect.ts";
import type { RedirectReading } from "../../../../src/keeper/sign-in/redirect.ts";
import { redirectTrouble } from "../../../../src/keeper/sign-in/redirect-sentence.ts";
import { utecProvider } from "../../../../src/keeper/providers/utec.ts";
import { say } from "../../words/language/words.ts";
import type { Finding } from "../credentials.ts";

const { codeParameters } = utecProvider();
/** Nobody types as much between two events; a phone's keyboard that offers the clipboard sends no other sign of it. */
const INSERTED_AT_ONCE = 12;

/** What somebody pasted after signing in: null where it holds a code, else what it is instead. Read as the gateway does. */
export function findingInPastedAddress(pasted: string, signInUrl: string | null): Finding | null {
  const reading = read(pasted, signInUrl);
  const text = wordsOf(reading);
  return text === null ? null : { kind: "mistake", text };
}

function wordsOf(reading: RedirectReading): string | null {
  switch (reading.kind) {
    case "code":
      return null;
    case "unreadable":
      return reading.why === "empty" ? null : say(`wizard.paste_${reading.why}`);
    case "refused": {
      const { error } = reading;
      return error === null
        ? say("wizard.paste_refused_unsaid")
        : say(`wizard.paste_${redirectTrouble(error)}`, { error });
    }
  }
}

/** The `state` that a pasted address brings beside its code; null where nothing may be finished by itself. */
export function stateInPastedAddress(pasted: string, signInUrl: string | null): string | null {
  const reading = read(pasted, signInUrl);
  return reading.kind === "code" ? reading.state : null;
}

/** Was it pasted, dropped or put there by the keyboard's clipboard, and not typed? */
export function wasInserted(before: string, after: string): boolean {
  return after.length - before.length >= INSERTED_AT_ONCE;
}

function read(pasted: string, signInUrl: string | null): RedirectReading {
  return readRedirect(pasted, { codeParameters, signInUrl });
}

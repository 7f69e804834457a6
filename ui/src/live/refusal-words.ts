import type { Access, Right } from "../../../src/http/access/rights.ts";
import { say } from "../words/language/words.ts";

/** Why somebody lacks a right, and what to do, in their language; null for who has it. */
export function refusalWords({ standing, rights }: Access, right: Right): string | null {
  if (rights.includes(right)) return null;
  switch (standing) {
    case "unconfirmed":
      return say("page.refused_unconfirmed");
    case "unnamed":
      return say("page.refused_unnamed");
    case "member":
    case "administrator":
      break;
  }
  return right === "act" ? say("page.refused_to_act") : say("page.refused_to_read");
}

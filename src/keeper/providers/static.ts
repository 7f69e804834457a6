import { STANDARD } from "./provider.ts";
import type { Provider } from "./provider.ts";

/** A token that was made elsewhere and can't be renewed: the last resort. Nobody is called for it. */
export function staticProvider(): Provider {
  return {
    ...STANDARD,
    id: "static",
    label: "the static token",
    title: "Static token",
    purpose: "A token that was made elsewhere and never changes: the last resort.",
    grant: "static",
    fields: { required: ["token"], optional: ["api_url", "token_in", "kept_answers_s"] },
    defaultLifeMs: null,
  };
}

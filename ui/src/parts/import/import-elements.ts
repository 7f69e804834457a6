import { ImportCard } from "./import-card.ts";

/** In a file of their own, that most people need once or never. */
export const IMPORT_ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "utec-import-card": ImportCard,
};

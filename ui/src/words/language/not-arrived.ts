import type { Language } from "./languages.ts";

/** What is said where the page itself does not arrive, and with it no other message: in each language at hand. */
export const NOT_ARRIVED: Readonly<Record<Language, readonly [what: string, again: string]>> = {
  en: ["The page of the U-tec Gateway did not arrive whole.", "Load it again"],
  de: ["Die Seite des U-tec Gateway ist nicht vollständig angekommen.", "Neu laden"],
  fr: ["La page de U-tec Gateway n’est pas arrivée en entier.", "La recharger"],
  es: ["La página de U-tec Gateway no ha llegado completa.", "Cargarla de nuevo"],
  nl: ["De pagina van U-tec Gateway is niet helemaal aangekomen.", "Opnieuw laden"],
  it: ["La pagina di U-tec Gateway non è arrivata per intero.", "Ricaricala"],
  pl: ["Strona U-tec Gateway nie dotarła w całości.", "Wczytaj ponownie"],
  "pt-BR": ["A página do U-tec Gateway não chegou por completo.", "Recarregar"],
};

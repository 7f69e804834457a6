import type { PageWords } from "./en.ts";

export const DUTCH: PageWords = {
  log_in: "Inloggen",
  password: "Wachtwoord",
  password_hint: "Gebruik het wachtwoord dat als UTEC_GATEWAY_PASSWORD is ingesteld.",
  password_wrong: "Het wachtwoord is onjuist: voer het wachtwoord in dat als UTEC_GATEWAY_PASSWORD is ingesteld.",
  password_missing: "Voer het wachtwoord in dat als UTEC_GATEWAY_PASSWORD is ingesteld.",
  password_wait: "Er kwamen te veel onjuiste wachtwoorden van dit adres: wacht een minuut.",
  no_access: "Geen toegang",
  reserved: "Deze poort is gereserveerd voor Home Assistant: open de gateway daar via de zijbalk.",
  proxied:
    "Het verzoek kwam via een proxy en kan dus van iedereen zijn: stel UTEC_GATEWAY_PASSWORD in om de gateway langs die weg te bereiken.",
  this_machine:
    "De gateway antwoordt alleen op verzoeken van deze machine: stel UTEC_GATEWAY_PASSWORD in om hem vanaf andere machines te bereiken.",
  not_signed_in: "Niet aangemeld",
  another_sign_in:
    "Dit adres hoort bij een andere aanmelding, of bij een die al gebruikt is of ouder is dan 10 minuten: begin de aanmelding opnieuw.",
  no_code: "De cloud heeft je zonder code teruggestuurd: begin de aanmelding opnieuw.",
  refused: "De cloud heeft de aanmelding met een fout beëindigd: begin opnieuw en sta de toegang toe.",
  failed: "De aanmelding is niet gelukt: begin opnieuw.",
  nothing_changed: "Er is niets gewijzigd: wie was aangemeld, is dat nog steeds.",
  sign_in_again: "Opnieuw aanmelden",
  check_values: "De drie waarden controleren",
  nothing_here: "Hier is niets",
  nothing_here_about: "De gateway heeft geen pagina op dit adres.",
  open_gateway: "De gateway openen",
};

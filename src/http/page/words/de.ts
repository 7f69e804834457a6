import type { PageWords } from "./en.ts";

export const GERMAN: PageWords = {
  log_in: "Einloggen",
  password: "Passwort",
  password_hint: "Nimm das, das als UTEC_GATEWAY_PASSWORD gesetzt wurde.",
  password_wrong: "Das Passwort ist falsch: Gib das ein, das als UTEC_GATEWAY_PASSWORD gesetzt wurde.",
  password_missing: "Gib das Passwort ein, das als UTEC_GATEWAY_PASSWORD gesetzt wurde.",
  password_wait: "Von dieser Adresse kamen zu viele falsche Passwörter: Warte eine Minute.",
  no_access: "Kein Zugriff",
  reserved: "Dieser Port ist Home Assistant vorbehalten: Öffne das Gateway dort über die Seitenleiste.",
  proxied:
    "Die Anfrage kam durch einen Proxy, also kann sie von irgendwem sein: Setze UTEC_GATEWAY_PASSWORD, um das Gateway auf diesem Weg zu erreichen.",
  this_machine:
    "Das Gateway antwortet nur diesem Rechner: Setze UTEC_GATEWAY_PASSWORD, um es von anderen Rechnern zu erreichen.",
  not_signed_in: "Nicht angemeldet",
  another_sign_in:
    "Diese Adresse gehört zu einer anderen, einer verbrauchten oder einer mehr als 10 Minuten alten Anmeldung: Beginne die Anmeldung noch einmal.",
  no_code: "Die Cloud hat dich ohne Code zurückgeschickt: Beginne die Anmeldung noch einmal.",
  refused: "Die Cloud hat die Anmeldung mit einem Fehler beendet: Beginne sie noch einmal und erlaube den Zugriff.",
  failed: "Die Anmeldung hat nicht geklappt: Beginne sie noch einmal.",
  nothing_changed: "Es wurde nichts geändert: Wer angemeldet war, ist es noch.",
  sign_in_again: "Neu anmelden",
  check_values: "Die drei Werte prüfen",
  nothing_here: "Hier ist nichts",
  nothing_here_about: "Das Gateway hat unter dieser Adresse keine Seite.",
  open_gateway: "Gateway öffnen",
};

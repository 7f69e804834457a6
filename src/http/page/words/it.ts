import type { PageWords } from "./en.ts";

export const ITALIAN: PageWords = {
  log_in: "Entra",
  password: "Password",
  password_hint: "Usa quella impostata in UTEC_GATEWAY_PASSWORD.",
  password_wrong: "La password è errata: inserisci quella impostata in UTEC_GATEWAY_PASSWORD.",
  password_missing: "Inserisci la password impostata in UTEC_GATEWAY_PASSWORD.",
  password_wait: "Da questo indirizzo sono arrivate troppe password errate: attendi un minuto.",
  no_access: "Accesso negato",
  reserved: "Questa porta è riservata a Home Assistant: apri il gateway da lì, nella barra laterale.",
  proxied:
    "La richiesta è passata da un proxy, quindi può venire da chiunque: imposta UTEC_GATEWAY_PASSWORD per raggiungere il gateway in questo modo.",
  this_machine:
    "Il gateway risponde solo a questa macchina: imposta UTEC_GATEWAY_PASSWORD per raggiungerlo da altre macchine.",
  not_signed_in: "Accesso non effettuato",
  another_sign_in:
    "Questo indirizzo appartiene a un altro accesso, oppure a uno già usato o più vecchio di 10 minuti: ricomincia l’accesso.",
  no_code: "Il cloud ti ha rimandato qui senza codice: ricomincia l’accesso.",
  refused: "Il cloud ha terminato l’accesso con un errore: ricomincialo e consenti l’accesso.",
  failed: "L’accesso non è riuscito: ricomincialo.",
  nothing_changed: "Non è cambiato nulla: gli account che avevano effettuato l’accesso lo mantengono.",
  sign_in_again: "Accedi di nuovo",
  check_values: "Controlla i tre valori",
  nothing_here: "Qui non c’è nulla",
  nothing_here_about: "Il gateway non ha una pagina a questo indirizzo.",
  open_gateway: "Apri il gateway",
};

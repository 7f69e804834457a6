import type { PageWords } from "./en.ts";

export const POLISH: PageWords = {
  log_in: "Zaloguj się",
  password: "Hasło",
  password_hint: "Użyj hasła ustawionego jako UTEC_GATEWAY_PASSWORD.",
  password_wrong: "Hasło jest nieprawidłowe: wpisz to, które ustawiono jako UTEC_GATEWAY_PASSWORD.",
  password_missing: "Wpisz hasło ustawione jako UTEC_GATEWAY_PASSWORD.",
  password_wait: "Z tego adresu przyszło zbyt wiele nieprawidłowych haseł: odczekaj minutę.",
  no_access: "Brak dostępu",
  reserved: "Ten port jest zarezerwowany dla Home Assistanta: otwórz tam bramkę z paska bocznego.",
  proxied:
    "Żądanie przyszło przez serwer proxy, więc mógł je wysłać każdy: ustaw UTEC_GATEWAY_PASSWORD, aby łączyć się z bramką tą drogą.",
  this_machine:
    "Bramka odpowiada tylko temu komputerowi: ustaw UTEC_GATEWAY_PASSWORD, aby łączyć się z nią z innych komputerów.",
  not_signed_in: "Nie zalogowano",
  another_sign_in:
    "Ten adres należy do innego logowania albo do takiego, które zostało już wykorzystane lub trwa ponad 10 minut: zacznij logowanie od nowa.",
  no_code: "Chmura odesłała Cię bez kodu: zacznij logowanie od nowa.",
  refused: "Chmura zakończyła logowanie błędem: zacznij od nowa i zezwól na dostęp.",
  failed: "Logowanie się nie udało: zacznij je od nowa.",
  nothing_changed: "Nic się nie zmieniło: konta, które były zalogowane, nadal są zalogowane.",
  sign_in_again: "Zaloguj się ponownie",
  check_values: "Sprawdź trzy wartości",
  nothing_here: "Nic tu nie ma",
  nothing_here_about: "Bramka nie ma strony pod tym adresem.",
  open_gateway: "Otwórz bramkę",
};

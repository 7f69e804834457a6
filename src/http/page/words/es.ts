import type { PageWords } from "./en.ts";

export const SPANISH: PageWords = {
  log_in: "Entrar",
  password: "Contraseña",
  password_hint: "Usa la que se definió en UTEC_GATEWAY_PASSWORD.",
  password_wrong: "La contraseña no es correcta: introduce la que se definió en UTEC_GATEWAY_PASSWORD.",
  password_missing: "Introduce la contraseña que se definió en UTEC_GATEWAY_PASSWORD.",
  password_wait: "Han llegado demasiadas contraseñas incorrectas desde esta dirección: espera un minuto.",
  no_access: "Sin acceso",
  reserved: "Este puerto está reservado para Home Assistant: abre allí la pasarela desde la barra lateral.",
  proxied:
    "La solicitud ha llegado a través de un proxy, así que puede ser de cualquiera: define UTEC_GATEWAY_PASSWORD para acceder a la pasarela por esa vía.",
  this_machine:
    "La pasarela solo responde a este equipo: define UTEC_GATEWAY_PASSWORD para acceder a ella desde otros equipos.",
  not_signed_in: "Sesión no iniciada",
  another_sign_in:
    "Esta dirección pertenece a otro inicio de sesión, o a uno ya usado o de hace más de 10 minutos: vuelve a empezar el inicio de sesión.",
  no_code: "La nube te ha devuelto sin código: vuelve a empezar el inicio de sesión.",
  refused: "La nube ha terminado el inicio de sesión con un error: vuelve a empezarlo y permite el acceso.",
  failed: "El inicio de sesión no ha funcionado: vuelve a empezarlo.",
  nothing_changed: "No se ha cambiado nada: las cuentas con la sesión iniciada la mantienen.",
  sign_in_again: "Volver a iniciar sesión",
  check_values: "Comprobar los tres valores",
  nothing_here: "Aquí no hay nada",
  nothing_here_about: "La pasarela no tiene ninguna página en esta dirección.",
  open_gateway: "Abrir la pasarela",
};

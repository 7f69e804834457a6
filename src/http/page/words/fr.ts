import type { PageWords } from "./en.ts";

export const FRENCH: PageWords = {
  log_in: "Ouvrir une session",
  password: "Mot de passe",
  password_hint: "Utilisez celui qui a été défini dans UTEC_GATEWAY_PASSWORD.",
  password_wrong: "Le mot de passe est incorrect : saisissez celui qui a été défini dans UTEC_GATEWAY_PASSWORD.",
  password_missing: "Saisissez le mot de passe défini dans UTEC_GATEWAY_PASSWORD.",
  password_wait: "Trop de mots de passe incorrects sont venus de cette adresse : attendez une minute.",
  no_access: "Accès refusé",
  reserved: "Ce port est réservé à Home Assistant : ouvrez-y la passerelle depuis la barre latérale.",
  proxied:
    "La requête est passée par un proxy et peut donc venir de n’importe qui : définissez UTEC_GATEWAY_PASSWORD pour joindre la passerelle par ce chemin.",
  this_machine:
    "La passerelle ne répond qu’à cette machine : définissez UTEC_GATEWAY_PASSWORD pour la joindre depuis d’autres machines.",
  not_signed_in: "Pas connecté",
  another_sign_in:
    "Cette adresse appartient à une autre connexion, ou à une connexion déjà utilisée ou vieille de plus de 10 minutes : recommencez la connexion.",
  no_code: "Le cloud vous a renvoyé sans code : recommencez la connexion.",
  refused: "Le cloud a mis fin à la connexion par une erreur : recommencez-la et autorisez l’accès.",
  failed: "La connexion n’a pas fonctionné : recommencez-la.",
  nothing_changed: "Rien n’a changé : les comptes qui étaient connectés le sont toujours.",
  sign_in_again: "Se reconnecter",
  check_values: "Vérifier les trois valeurs",
  nothing_here: "Rien ici",
  nothing_here_about: "La passerelle n’a pas de page à cette adresse.",
  open_gateway: "Ouvrir la passerelle",
};

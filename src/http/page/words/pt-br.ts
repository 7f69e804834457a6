import type { PageWords } from "./en.ts";

export const BRAZILIAN: PageWords = {
  log_in: "Entrar",
  password: "Senha",
  password_hint: "Use a que foi definida em UTEC_GATEWAY_PASSWORD.",
  password_wrong: "A senha está incorreta: digite a que foi definida em UTEC_GATEWAY_PASSWORD.",
  password_missing: "Digite a senha definida em UTEC_GATEWAY_PASSWORD.",
  password_wait: "Vieram senhas incorretas demais deste endereço: espere um minuto.",
  no_access: "Sem acesso",
  reserved: "Esta porta é reservada ao Home Assistant: abra o gateway por lá, na barra lateral.",
  proxied:
    "A solicitação veio por um proxy e pode ser de qualquer pessoa: defina UTEC_GATEWAY_PASSWORD para acessar o gateway por esse caminho.",
  this_machine: "O gateway só responde a esta máquina: defina UTEC_GATEWAY_PASSWORD para acessá-lo de outras máquinas.",
  not_signed_in: "Login não feito",
  another_sign_in:
    "Este endereço pertence a outro login, ou a um já usado ou com mais de 10 minutos: comece o login de novo.",
  no_code: "A nuvem mandou você de volta sem código: comece o login de novo.",
  refused: "A nuvem encerrou o login com um erro: comece de novo e permita o acesso.",
  failed: "O login não funcionou: comece de novo.",
  nothing_changed: "Nada foi alterado: as contas que estavam conectadas continuam conectadas.",
  sign_in_again: "Fazer login novamente",
  check_values: "Conferir os três valores",
  nothing_here: "Não há nada aqui",
  nothing_here_about: "O gateway não tem página neste endereço.",
  open_gateway: "Abrir o gateway",
};

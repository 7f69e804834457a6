export const BROKER_PHRASES = {
  broker_not_started: "The broker could not be started.",
  broker_port_unusable:
    "Port {number} on {host}, on which the broker listens, can't be used ({error}): stop the program that uses it, or set UTEC_GATEWAY_BROKER_PORT to another one.",
  broker_port_used:
    "Port {number} on {host}, on which the broker listens, is in use: stop the program that uses it, or set UTEC_GATEWAY_BROKER_PORT to another one.",
} as const;

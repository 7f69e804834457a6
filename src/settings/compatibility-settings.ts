import { isNetwork, PRIVATE_NETWORKS } from "../incoming/networks.ts";
import type { SettingFields } from "./setting-fields.ts";
import type { SettingGroup } from "./setting.ts";

/** Whether the gateway stands in for a uteclocal gateway, where, and for whom. */
export interface CompatibilitySettings {
  readonly compatibility: boolean;
  readonly compatibilityHost: string;
  readonly compatibilityPort: number;
  /** Whose requests are answered: nobody is asked for a password there. */
  readonly compatibilityNetworks: readonly string[];
}

export const COMPATIBILITY_SETTINGS = {
  compatibility: {
    variable: "UTEC_GATEWAY_COMPATIBILITY",
    option: "compatibility",
    kind: "flag",
    otherwise: false,
  },
  compatibility_networks: {
    variable: "UTEC_GATEWAY_COMPATIBILITY_NETWORKS",
    option: "compatibility_networks",
    kind: "text",
    otherwise: null,
  },
  compatibility_host: {
    variable: "UTEC_GATEWAY_COMPATIBILITY_HOST",
    option: null,
    kind: "text",
    otherwise: "0.0.0.0",
  },
  compatibility_port: {
    variable: "UTEC_GATEWAY_COMPATIBILITY_PORT",
    option: null,
    kind: "port",
    otherwise: 8000,
  },
} as const satisfies SettingGroup;

/** @param environment where the host and the port are said; as an add-on, what is no option comes from there */
export function readCompatibilitySettings(fields: SettingFields, environment = fields): CompatibilitySettings {
  return {
    compatibility: fields.flag(COMPATIBILITY_SETTINGS.compatibility),
    compatibilityNetworks: readNetworks(fields),
    compatibilityHost: environment.text(COMPATIBILITY_SETTINGS.compatibility_host),
    compatibilityPort: environment.port(COMPATIBILITY_SETTINGS.compatibility_port),
  };
}

function readNetworks(fields: SettingFields): readonly string[] {
  const setting = COMPATIBILITY_SETTINGS.compatibility_networks;
  const written = (fields.text(setting) ?? "").split(/[\s,;]+/).filter((word) => word !== "");
  const networks = written.filter(isNetwork);
  if (networks.length < written.length) {
    const wrong = written.filter((word) => !isNetwork(word)).join(", ");
    const instead = networks.length === 0 ? "private networks are used" : "the others are used";
    fields.problem(
      setting,
      `${fields.nameOf(setting)} holds what is no network (${wrong.slice(0, 100)}): write them like 192.168.1.0/24, with commas; ${instead}.`,
    );
  }
  return networks.length === 0 ? PRIVATE_NETWORKS : networks;
}

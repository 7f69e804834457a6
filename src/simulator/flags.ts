import { parseArgs } from "node:util";
import { Problem } from "../problem.ts";
import { DEMO } from "./devices/demo.ts";
import { manyHomes } from "./devices/many-homes.ts";
import { read } from "./settings/rules.ts";
import { SETTINGS_SHAPE } from "./settings/cloud-settings.ts";
import type { CloudSettings } from "./settings/cloud-settings.ts";
import type { SimulatorOptions } from "./simulator.ts";

const FLAGS = {
  host: { type: "string" },
  port: { type: "string" },
  "grants-file": { type: "string" },
  "client-id": { type: "string" },
  "client-secret": { type: "string" },
  "redirect-uri": { type: "string", multiple: true },
  "access-token-life-s": { type: "string" },
  "settle-ms": { type: "string" },
  "auto-lock-ms": { type: "string" },
  locks: { type: "string" },
  users: { type: "string" },
  setting: { type: "string", multiple: true },
} as const;

type Values = { readonly [K in keyof typeof FLAGS]?: string | readonly string[] | undefined };

/**
 * The options from flags, and from the environment where a flag is not given: `UTEC_SIMULATOR_PORT` for `--port` and
 * so on; several redirect URIs or settings are separated by spaces. `--locks 500 --users 5` makes many homes in place of
 * the demo's, with a client for each user: the id of the second one ends with -2.
 * @throws Problem `settings_invalid`, `bad_request`
 */
export function readFlags(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): SimulatorOptions {
  const values = parseFlags(args);
  const given = (flag: keyof typeof FLAGS): readonly string[] => {
    const inEnvironment = environment[`UTEC_SIMULATOR_${flag.replaceAll("-", "_").toUpperCase()}`];
    return [values[flag] ?? inEnvironment?.split(/\s+/) ?? []].flat().filter((value) => value !== "");
  };
  const one = (flag: keyof typeof FLAGS): string | undefined => given(flag)[0];
  const amountOf = (flag: keyof typeof FLAGS): number | undefined => {
    const value = one(flag);
    if (value === undefined) return undefined;
    const amount = Number(value);
    if (Number.isFinite(amount) && amount >= 0) return amount;
    throw new Problem("settings_invalid", `--${flag} must be a number from 0, not ${value}.`, { field: flag });
  };
  const host = one("host");
  const port = amountOf("port");
  const grantsFile = one("grants-file");
  const redirectUris = given("redirect-uri");
  const autoLockMs = amountOf("auto-lock-ms") ?? 0;
  const locks = amountOf("locks");
  const homes = locks === undefined ? null : manyHomes(locks, amountOf("users"));
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(grantsFile === undefined ? {} : { grantsFile }),
    clients: (homes?.users ?? [DEMO.user]).map((_, index) => ({
      client_id: `${one("client-id") ?? DEMO.client.client_id}${index === 0 ? "" : `-${index + 1}`}`,
      client_secret: one("client-secret") ?? DEMO.client.client_secret,
      redirect_uris: redirectUris.length === 0 ? DEMO.client.redirect_uris : redirectUris,
    })),
    ...(homes === null ? {} : { users: homes.users }),
    // Only a Latch locks itself.
    devices: (homes ?? DEMO).devices.map((device) =>
      device.model.startsWith("Latch") ? { ...device, behaviour: { auto_lock_ms: autoLockMs } } : device,
    ),
    settings: readSettings(given("setting"), {
      access_token_life_s: amountOf("access-token-life-s"),
      settle_ms: amountOf("settle-ms"),
    }),
  };
}

function parseFlags(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    throw new Problem(
      "settings_invalid",
      `The flags are wrong: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

function readSettings(
  assignments: readonly string[],
  named: Readonly<Record<string, number | undefined>>,
): Partial<CloudSettings> {
  const assigned = assignments.map((assignment): [string, unknown] => {
    const [name = "", value = ""] = assignment.split(/=(.*)/s);
    return [name, jsonOr(value)];
  });
  const settings = [...Object.entries(named).filter(([, value]) => value !== undefined), ...assigned];
  return read<Partial<CloudSettings>>(SETTINGS_SHAPE, Object.fromEntries(settings));
}

/** `wild` needs no quotes, `120` is a number. */
function jsonOr(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

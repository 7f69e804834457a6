import process from "node:process";
import { parseArgs } from "node:util";
import { Problem } from "../problem.ts";
import { DEMO } from "./demo.ts";
import { read } from "./rules.ts";
import { SETTINGS_SHAPE } from "./settings.ts";
import type { CloudSettings } from "./settings.ts";
import { startSimulator } from "./simulator.ts";
import type { SimulatorOptions } from "./simulator.ts";

/**
 * The simulated cloud as a process of its own:
 *
 *     node src/simulator/main.ts --port 8100 --access-token-life-s 120 --grants-file demo/grants.json
 *
 * Each flag has an environment variable (`UTEC_SIMULATOR_PORT`, ...; several redirect URIs are separated by blanks);
 * `--setting casing=wild` sets any of the cloud's settings. Prints `{"url": "..."}` when it is ready, ends with 0 on
 * SIGTERM and SIGINT, with 2 when it cannot start as told.
 */
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
  setting: { type: "string", multiple: true },
} as const;

type Values = { readonly [K in keyof typeof FLAGS]?: string | readonly string[] | undefined };

/** @throws Problem `settings_invalid`, `bad_request` */
function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): SimulatorOptions {
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
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(grantsFile === undefined ? {} : { grantsFile }),
    clients: [
      {
        client_id: one("client-id") ?? DEMO.client.client_id,
        client_secret: one("client-secret") ?? DEMO.client.client_secret,
        redirect_uris: redirectUris.length === 0 ? DEMO.client.redirect_uris : redirectUris,
      },
    ],
    // Only a Latch locks itself.
    devices: DEMO.devices.map((device) =>
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
    throw new Problem("settings_invalid", `The flags are wrong: ${String(error)}`, { cause: error });
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

async function run(): Promise<void> {
  const simulator = await startSimulator(readOptions(process.argv.slice(2), process.env));
  const stop = (): void => {
    void simulator.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.stdout.write(`${JSON.stringify({ url: simulator.url })}\n`);
}

run().catch((error: unknown) => {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});

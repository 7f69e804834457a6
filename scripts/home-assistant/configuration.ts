import { existsSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

export interface Configuration {
  /** Home Assistant's configuration folder. */
  readonly folder: string;
  readonly port: number;
  /** The folder of a custom integration, named as its domain; it is linked, so that a restart takes its changes. */
  readonly integration: string | undefined;
}

/**
 * Writes what Home Assistant reads at its start. What a person has changed in an existing folder stays: only the
 * address and the link to the integration are set each time.
 */
export async function writeConfiguration({ folder, port, integration }: Configuration): Promise<void> {
  const storage = join(folder, ".storage");
  await mkdir(storage, { recursive: true });
  await writeMissing(join(folder, "configuration.yaml"), configurationYaml());
  await writeMissing(join(folder, "automations.yaml"), "[]\n");
  await writeMissing(join(folder, "scripts.yaml"), "{}\n");
  await writeMissing(join(folder, "scenes.yaml"), "[]\n");
  await writeMissing(join(storage, "onboarding"), stored("onboarding", 4, { done: ONBOARDED_WITHOUT_ASKING }));
  await writeFile(join(storage, "http"), stored("http", 3, httpSettings(port)));
  if (integration === undefined) return;
  const components = join(folder, "custom_components");
  await mkdir(components, { recursive: true });
  const link = join(components, basename(integration));
  await rm(link, { recursive: true, force: true });
  await symlink(integration, link);
}

/** No `default_config`: its discovery of the network has no place in a demo or a test. */
function configurationYaml(): string {
  return `homeassistant:
  name: Home
  latitude: 52.37
  longitude: 4.89
  elevation: 2
  unit_system: metric
  currency: EUR
  country: NL
  language: en
  time_zone: ${Intl.DateTimeFormat().resolvedOptions().timeZone}

config:
frontend:
history:
logbook:
recorder:
  commit_interval: 1
logger:
  default: warning
  logs:
    custom_components: debug
    # Programs that a camera would need, and a warning about something intended.
    haffmpeg: critical
    homeassistant.components.camera: critical
    homeassistant.bootstrap: error

automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
`;
}

/** All steps but the making of the first user. Done by hand, they would set up weather, radio and speech services. */
const ONBOARDED_WITHOUT_ASKING = ["core_config", "analytics", "integration"];

/**
 * Since 2026.11 the address is in the storage. An `http:` in the YAML would be taken over only once, on trial for five
 * minutes, and leave a repair issue. Stored settings pass no schema, so all of them must be there.
 */
function httpSettings(port: number): object {
  const stable = {
    server_host: ["127.0.0.1"],
    server_port: port,
    cors_allowed_origins: [],
    login_attempts_threshold: -1,
    ip_ban_enabled: false,
    ssl_profile: "modern_v6",
    use_x_frame_options: true,
    created_at: new Date().toISOString(),
    error: null,
    error_message: null,
  };
  return { stable, pending: null, yaml_migration_done: true };
}

/** The envelope of Home Assistant's storage files. */
function stored(key: string, version: number, data: object): string {
  return JSON.stringify({ version, minor_version: 1, key, data });
}

async function writeMissing(path: string, text: string): Promise<void> {
  if (!existsSync(path)) await writeFile(path, text);
}

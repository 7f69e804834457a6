import { isOptionType } from "./options.ts";
import { Refused, flag, integer, port, text, url, within } from "./python/checks.ts";
import type { Check } from "./python/checks.ts";
import { among, any, list, matches, object, record, shape, version } from "./python/shape.ts";
import type { Key } from "./python/shape.ts";

export const DEPRECATED_ARCHITECTURES: readonly string[] = ["armhf", "armv7", "i386"];
export const DEPRECATED_MACHINES: readonly string[] = [
  "odroid-xu",
  "qemuarm",
  "qemux86",
  "raspberrypi",
  "raspberrypi2",
  "raspberrypi3",
  "raspberrypi4",
  "tinker",
];
const MACHINES = [
  "intel-nuc",
  "khadas-vim3",
  "generic-aarch64",
  "generic-x86-64",
  "odroid-c2",
  "odroid-c4",
  "odroid-m1",
  "odroid-n2",
  "qemuarm-64",
  "qemux86-64",
  "raspberrypi3-64",
  "raspberrypi4-64",
  "raspberrypi5-64",
  "yellow",
  "green",
  ...DEPRECATED_MACHINES,
];

/** Older names of map types, with those of today. */
export const LEGACY_MAP_TYPES: Readonly<Record<string, string>> = {
  addons: "local_apps",
  all_addon_configs: "all_app_configs",
  addon_config: "app_config",
};
export const MAP_TYPES: readonly string[] = [
  "data",
  "config",
  "ssl",
  "local_apps",
  "backup",
  "share",
  "media",
  "homeassistant_config",
  "all_app_configs",
  "app_config",
  ...Object.keys(LEGACY_MAP_TYPES),
];

const CAPABILITIES =
  "BPF CHECKPOINT_RESTORE DAC_READ_SEARCH IPC_LOCK NET_ADMIN NET_RAW PERFMON SYS_ADMIN SYS_MODULE SYS_NICE SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME";

const required = (check: Check): Key => ({ check, isRequired: true });
const optional = (check: Check): Key => ({ check });
const usually = (check: Check, otherwise: unknown): Key => ({ check, otherwise });
const off = usually(flag, false);

const portName = matches(String.raw`^\d+(?:/tcp|/udp)?$`);

const optionType: Check = (value) => {
  if (typeof value === "string" && isOptionType(value)) return value;
  throw new Refused("is no type of an option");
};
/** A list may not hold a list. */
const optionSchema: Check = (value) =>
  any(optionType, list(any(optionType, record(text, optionSchema))), record(text, optionSchema))(value);

/** A name without a tag, all lower case; a registry is what has a dot or a colon before the first slash. */
const image: Check = (value) => {
  const name = typeof value === "string" ? value : "";
  const first = name.split("/", 1)[0] ?? "";
  const hasRegistry = name.includes("/") && (/[.:A-Z]/.test(first) || first === "localhost");
  const path = (hasRegistry ? name.slice(first.length + 1) : name).split("/");
  const isRegistry = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?$/.test(first);
  if ((!hasRegistry || isRegistry) && path.every((part) => /^[a-z0-9{][a-z0-9.\-_{}]*$/.test(part))) return value;
  throw new Refused("is no name of an image without a tag");
};

const limit = any(integer, shape({ soft: required(integer), hard: required(integer) }, "refused"));

/**
 * The keys of an app's configuration that the Supervisor knows.
 * Source: `_SCHEMA_APP_CONFIG` in `apps/validate.py` of Supervisor 2026.08.
 */
export const APP_KEYS: Readonly<Record<string, Key>> = {
  name: required(text),
  version: required(version),
  slug: required(matches("^[-_.A-Za-z0-9]+$")),
  description: required(text),
  arch: required(list(among("aarch64", "amd64", ...DEPRECATED_ARCHITECTURES))),
  machine: optional((value) => unique(list(matches(`^!?(?:|${MACHINES.join("|")})$`))(value))),
  url: optional(url),
  startup: usually(among("initialize", "system", "services", "application", "once"), "application"),
  boot: usually(among("auto", "manual", "manual_only"), "auto"),
  init: usually(flag, true),
  advanced: off,
  stage: usually(among("stable", "experimental", "deprecated"), "stable"),
  ports: optional(record(portName, any(port, among(null)))),
  ports_description: optional(record(portName, text)),
  watchdog: optional(matches(String.raw`^(?:https?|\[PROTO:\w+\]|tcp):\/\/\[HOST\]:(\[PORT:\d+\]|\d+).*$`)),
  webui: optional(matches(String.raw`^(?:https?|\[PROTO:\w+\]):\/\/\[HOST\]:\[PORT:\d+\].*$`)),
  ingress: off,
  ingress_port: usually(any(port, among(0, false)), 8099),
  ingress_entry: optional(text),
  ingress_stream: off,
  panel_icon: usually(text, "mdi:puzzle"),
  panel_title: optional(text),
  panel_admin: usually(flag, true),
  homeassistant: optional(version),
  host_network: off,
  host_pid: off,
  host_ipc: off,
  host_uts: off,
  host_dbus: off,
  devices: optional(list(text)),
  udev: off,
  tmpfs: off,
  map: usually(
    list(
      shape(
        {
          type: required(among(...MAP_TYPES)),
          read_only: usually(among(true, false), true),
          path: optional(text),
        },
        "refused",
      ),
    ),
    [],
  ),
  environment: optional(record(text, text)),
  privileged: optional(list(among(...CAPABILITIES.split(" ")))),
  apparmor: usually(flag, true),
  full_access: off,
  audio: off,
  video: off,
  gpio: off,
  usb: off,
  uart: off,
  devicetree: off,
  kernel_modules: off,
  realtime: off,
  hassio_api: off,
  hassio_role: usually(among("default", "homeassistant", "backup", "manager", "admin"), "default"),
  homeassistant_api: off,
  stdin: off,
  legacy: off,
  docker_api: off,
  auth_api: off,
  services: optional(list(matches("^(?P<service>mqtt|mysql):(?P<rights>provide|want|need)$"))),
  discovery: optional(list(text)),
  backup_exclude: optional(list(text)),
  backup_pre: optional(text),
  backup_post: optional(text),
  backup: usually(among("hot", "cold"), "hot"),
  options: usually(object, {}),
  schema: usually(any(record(text, optionSchema), among(false, 0)), {}),
  image: optional(image),
  ulimits: usually(record(text, limit), {}),
  timeout: usually(within(10, 300), 10),
  journald: off,
  breaking_versions: usually(list(version), []),
};

function unique(value: unknown): unknown {
  if (Array.isArray(value) && new Set(value).size === value.length) return value;
  throw new Refused("contains duplicate items");
}

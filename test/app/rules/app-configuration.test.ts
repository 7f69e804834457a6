import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isObject } from "../../../src/json.ts";
import { APP_KEYS } from "./app-keys.ts";
import { AppRefused, StoreBroken, readAppConfiguration } from "./app-configuration.ts";
import { parseAsPython, readDocument } from "./python/document.ts";

const ENOUGH = "name: A\nversion: '1'\nslug: a\ndescription: d\n";
const read = (more: string, enough = `${ENOUGH}arch: [amd64]\n`) =>
  readAppConfiguration(parseAsPython(enough + more).value);
const outcome = (more: string): string => {
  try {
    read(more);
    return "taken";
  } catch (error) {
    if (error instanceof AppRefused) return `refused: ${error.message}`;
    if (error instanceof StoreBroken) return `broken: ${error.message}`;
    throw error;
  }
};

describe("what the Supervisor makes of a configuration", () => {
  test("defaults stand in for what is not there", () => {
    expect(read("").effective).toMatchObject({
      startup: "application",
      boot: "auto",
      stage: "stable",
      init: true,
      ingress: false,
      ingress_port: 8099,
      panel_admin: true,
      apparmor: true,
      hassio_role: "default",
      backup: "hot",
      timeout: 10,
      map: [],
      options: {},
      schema: {},
    });
    expect(read("").effective).not.toHaveProperty("discovery");
  });

  test.each([
    ["a version without quotes is a number", "homeassistant: 2026.10", { homeassistant: "2026.1" }],
    ["a version that looks like a power stays text", "homeassistant: 1e3", { homeassistant: "1e3" }],
    ["nothing is no version", "homeassistant:", { homeassistant: null }],
    ["yes and on are true", "ingress: yes\ninit: 'off'", { ingress: true, init: false }],
    ["whatever is no text is true or false", "host_pid: [1]\nuart: 0.0", { host_pid: true, uart: false }],
    ["numbers are read from text, and cut", "timeout: 30.9\ningress_port: '80'", { timeout: 30, ingress_port: 80 }],
    ["of two keys the last one holds", "stage: stable\nstage: experimental", { stage: "experimental" }],
    [
      "folders are read-only unless said otherwise",
      "map: ['ssl', 'share:rw']",
      {
        map: [
          { type: "ssl", read_only: true },
          { type: "share", read_only: false },
        ],
      },
    ],
    ["no schema is one that takes nothing", "schema: false", { schema: false }],
  ])("%s", (_case, more, effective) => {
    expect(read(more).effective).toMatchObject(effective);
  });

  test("keys that it does not know are dropped, and nobody is told", () => {
    const { effective, dropped, warnings } = read(
      "ingres: true\npanel: x\nschema: {a: [str, int], b: [{c: [bool, str]}]}",
    );
    expect(dropped).toEqual(["ingres", "panel", "schema.a[1]", "schema.b[0].c[1]"]);
    expect(warnings).toEqual([]);
    expect(effective["ingress"]).toBe(false);
  });
});

describe("what it warns of", () => {
  test.each([
    ["advanced: true", "uses the deprecated 'advanced' config field, which is ignored."],
    ["codenotary: a@b", "uses the deprecated 'codenotary' config field, which is no longer used and ignored."],
    ["startup: before", "uses deprecated 'startup' value 'before'."],
    ["auto_uart: true", "uses deprecated 'auto_uart'; use 'uart' instead."],
    ["devices: ['/dev/a:/dev/b']", "uses a deprecated 'devices' format; use a list of paths only."],
    ["tmpfs: size=10m", "uses a deprecated 'tmpfs' format; use a boolean instead."],
    ["snapshot_exclude: [x]", "uses deprecated config 'snapshot_exclude'; use 'backup_exclude' instead."],
    ["map: ['nowhere:rw']", "has an invalid map entry, skipping: nowhere:rw"],
    ["map: [{path: /x}]", "has an invalid map entry missing the 'type' field, skipping: {'path': '/x'}"],
    ["map: [addon_config]", "uses legacy map type 'addon_config'; use 'app_config' instead."],
    ["map: [config]", "uses deprecated map option 'config'; use 'homeassistant_config' instead."],
    ["machine: ['!raspberrypi3']", "uses deprecated 'machine' values: ['!raspberrypi3']"],
    ["arch: [armv7, amd64]", "uses deprecated 'arch' values: ['armv7']"],
    [
      "backup: cold\nbackup_pre: x",
      "only supports COLD backups but configures pre/post backup commands, which are ignored.",
    ],
    [
      "full_access: true\nusb: true",
      "has full device access; its selective device access configuration is redundant and ignored.",
    ],
  ])("%s", (more, warning) => {
    expect(read(more).warnings).toEqual([`App 'A' ${warning}`]);
  });
});

describe("what makes it leave the app out", () => {
  test.each([
    ["version", "name: A\nslug: a\ndescription: d\narch: [amd64]\n"],
    ["arch", ENOUGH],
  ])("no %s", (key, content) => {
    expect(() => read("", content)).toThrow(`required key not provided @ ['${key}']`);
  });

  test.each([
    ["name:", "Invalid app config!"],
    ["slug: a b", "does not match regular expression ^[-_.A-Za-z0-9]+$ @ ['slug']"],
    ["arch: [amd64, riscv64]", "value must be one of ['aarch64', 'amd64', 'armhf', 'armv7', 'i386'] @ ['arch'][1]"],
    ["description: 5", "expected str @ ['description']"],
    ["url: example.org/a", "expected a URL @ ['url']"],
    ["timeout: 9", "value must be at least 10 @ ['timeout']"],
    ["timeout: 301", "value must be at most 300 @ ['timeout']"],
    ["discovery: utec_gateway", "expected a list @ ['discovery']"],
    ["backup_exclude: [1]", "expected str @ ['backup_exclude'][0]"],
    [
      "ports: {8099/http: 1}",
      String.raw`does not match regular expression ^\d+(?:/tcp|/udp)?$ @ ['ports']['8099/http']`,
    ],
    ["ports: {8099/tcp: 0}", "value must be at least 1 @ ['ports']['8099/tcp']"],
    ["stage: beta", "value must be one of ['stable', 'experimental', 'deprecated'] @ ['stage']"],
    ["environment: {A: 1}", "expected str @ ['environment']['A']"],
    ["map: [{type: data, mode: rw}]", "extra keys not allowed @ ['map'][0]['mode']"],
    ["schema: {a: text}", "is no type of an option @ ['schema']['a']"],
    ["schema: {a: [[str]]}", "is no type of an option @ ['schema']['a']"],
    ["image: a/b:1", "is no name of an image without a tag @ ['image']"],
    [
      "ingress: true\ningress_port: 0\nports: {62000/tcp: 1}",
      "maps port 62000 which is reserved for dynamic ingress ports (62000-65500)",
    ],
  ])("%s", (more, sentence) => {
    expect(outcome(more)).toBe(`refused: ${sentence}`);
  });
});

describe("what ends the reading of all repositories", () => {
  test.each([
    ["map:", "map is None, which is no list."],
    ["devices:", "devices is None, which is no list."],
    ["arch:", "arch is None, which is no list."],
    ["machine: [5]", "machine holds what is no text."],
  ])("%s", (more, sentence) => {
    expect(outcome(more)).toBe(`broken: ${sentence}`);
  });

  test.each(["- name: A", "text", "5"])("a file that is no object: %s", (content) => {
    expect(() => read("", content)).toThrow(StoreBroken);
  });
});

describe("ours", () => {
  const { value, repeated, notText } = readDocument(join(import.meta.dirname, "../../../config.yaml"));
  const content = isObject(value) ? value : {};
  const { effective, dropped, warnings } = readAppConfiguration(value);

  test("every line has an effect, and nothing is warned of", () => {
    expect({ dropped, warnings, repeated, notText }).toEqual({ dropped: [], warnings: [], repeated: [], notText: [] });
  });

  test("every value is the one that was written", () => {
    expect(Object.keys(content).length).toBeGreaterThan(10);
    for (const [key, written] of Object.entries(content)) expect(effective[key], key).toEqual(written);
  });

  test("nothing repeats a default, which the linter of apps refuses", () => {
    const repeated = Object.entries(content).filter(([key, written]) => APP_KEYS[key]?.otherwise === written);
    expect(repeated).toEqual([]);
  });

  test("the gateway gets no more than it needs, and time to stop", () => {
    expect(effective).toMatchObject({
      arch: ["aarch64", "amd64"],
      startup: "application",
      boot: "auto",
      init: true,
      ingress: true,
      ingress_port: 8099,
      homeassistant_api: true,
      hassio_api: false,
      hassio_role: "default",
      auth_api: false,
      host_network: false,
      full_access: false,
      docker_api: false,
      apparmor: true,
      // Limited to the integration's own folder by apparmor.txt.
      map: [{ type: "homeassistant_config", read_only: false }],
      timeout: 30,
      backup: "hot",
      discovery: ["utec_gateway"],
    });
    expect(effective).not.toHaveProperty("privileged");
    // Published only when the person opens it: within Home Assistant it needs no publishing, and with 8000 the app would
    // not start beside a uteclocal gateway that still runs.
    expect(effective).toMatchObject({ ports: { "8097/tcp": null, "8000/tcp": null } });
  });
});

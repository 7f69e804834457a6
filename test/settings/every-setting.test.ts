import { describe, expect, test } from "vitest";
import { SETTINGS, SETTINGS_OF_ACCOUNT } from "../../src/settings/settings.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { COMPATIBILITY_SETTINGS } from "../../src/settings/compatibility-settings.ts";
import type { Setting } from "../../src/settings/setting.ts";
import { fromEnvironment, fromOptions } from "./sources.ts";

/** Allowed, and not the default. */
function another(setting: Setting): string {
  if (setting === COMPATIBILITY_SETTINGS.compatibility_networks) return "198.51.100.0/24";
  switch (setting.kind) {
    case "number":
      return String(setting.otherwise === setting.min ? setting.max : setting.min);
    case "flag":
      return String(!setting.otherwise);
    case "choice":
      return setting.allowed.find((word) => word !== setting.otherwise) ?? "";
    case "port":
      return "9123";
    case "url":
      return "http://elsewhere.test:9123";
    case "buffer":
      return "20%";
    case "text":
    case "secret":
    case "password":
      return "other.example.test";
  }
}

/** What the gateway takes from it: settings, or what is wrong with them. */
function effect(read: () => Settings): unknown {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
}

describe("a setting that is listed is read", () => {
  // Exceptions and addresses of a proxy mean nothing without each other, nor does a setting without its account.
  const usual = {
    HTTPS_PROXY: "http://proxy.test:3128",
    UTEC_GATEWAY_CLIENT_ID: "client",
    UTEC_GATEWAY_CLIENT_SECRET: "a secret of some length",
  };
  test.for([...new Set([...SETTINGS, ...SETTINGS_OF_ACCOUNT])].map((setting) => [setting.variable, setting] as const))(
    "from the environment: %s",
    ([variable, setting]) => {
      const before = effect(() => fromEnvironment(usual));
      expect(effect(() => fromEnvironment({ ...usual, [variable]: another(setting) }))).not.toEqual(before);
    },
  );

  test.for(SETTINGS.flatMap((setting) => (setting.option === null ? [] : [[setting.option, setting] as const])))(
    "from the options: %s",
    ([option, setting]) => {
      const before = effect(() => fromOptions({}));
      expect(effect(() => fromOptions({ [option]: another(setting) }))).not.toEqual(before);
    },
  );
});

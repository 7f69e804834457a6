import type { JsonObject } from "../json.ts";
import type { SettingNames } from "./setting.ts";

/** Where settings are read from, and what each is called there. */
export interface SettingSource {
  nameOf(setting: SettingNames): string;
  read(setting: SettingNames): unknown;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function fromEnvironment(environment: Environment): SettingSource {
  return { nameOf: ({ variable }) => variable, read: ({ variable }) => environment[variable] };
}

/**
 * The add-on's options, or an object among them.
 * @param path what stands before the names of its members; empty for the options themselves
 */
export function fromOptions(options: JsonObject, path = ""): SettingSource {
  return {
    nameOf: ({ option, variable }) => path + (option ?? variable),
    read: ({ option }) => (option === null ? undefined : options[option]),
  };
}

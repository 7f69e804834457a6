import { join } from "node:path";
import type { JsonObject } from "../../../../src/json.ts";
import { readAppConfiguration } from "../../rules/app-configuration.ts";
import { readDocument } from "../../rules/python/document.ts";
import { repositorySlug } from "../../rules/store/store.ts";
import { readTranslations } from "../../rules/store/translations.ts";
import { clonedTree } from "../../rules/store/tree.ts";

/** What the fake Supervisor needs of an add-on's configuration as the Supervisor takes it. */
export interface AppConfiguration {
  readonly name: string;
  readonly version: string;
  readonly slug: string;
  readonly description: string;
  readonly url: string | null;
  readonly arch: readonly string[];
  readonly stage: string;
  readonly homeassistant: string | null;
  readonly timeout: number;
  readonly ingress: boolean;
  readonly ingress_port: number;
  readonly panel_title: string;
  readonly panel_icon: string;
  readonly panel_admin: boolean;
  readonly homeassistant_api: boolean;
  readonly discovery: readonly string[];
  readonly map: readonly JsonObject[];
  readonly backup_exclude: readonly string[];
  /** Run in the container before and after a hot backup; null where there is none. */
  readonly backup_pre: string | null;
  readonly backup_post: string | null;
  readonly options: JsonObject;
  readonly schema: JsonObject;
}

/** An add-on as the store shows it. */
export interface StoreApp {
  readonly folder: string;
  /** The repository's: eight hexadecimal digits of its address. */
  readonly repository: string;
  readonly fullSlug: string;
  readonly configuration: AppConfiguration;
  readonly translations: Readonly<Record<string, JsonObject>>;
}

/** What stands for a key that is not there, where the Supervisor has no default. */
const ABSENT = {
  url: null,
  homeassistant: null,
  discovery: [],
  backup_exclude: [],
  backup_pre: null,
  backup_post: null,
};

/** Reads the add-on of a repository that was added under `url`, by the Supervisor's own rules. */
export function readStoreApp(folder: string, url: string): StoreApp {
  const { effective } = readAppConfiguration(readDocument(join(folder, "config.yaml")).value);
  const configuration = { ...ABSENT, panel_title: effective["name"], ...effective } as unknown as AppConfiguration;
  const repository = repositorySlug(url);
  return {
    folder,
    repository,
    fullSlug: `${repository}_${configuration.slug}`,
    configuration,
    translations: readTranslations(clonedTree(folder), "").languages,
  };
}

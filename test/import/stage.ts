import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { Importer } from "../../src/import/importer.ts";
import type { ImporterParts } from "../../src/import/importer.ts";
import { LogSink } from "../../src/log-sink.ts";
import { REFRESH_DEFAULTS } from "../../src/settings/refresh-settings.ts";
import type { House } from "../keeper/house.ts";
import { streetForEach } from "../keeper/street.ts";
import type { Street } from "../keeper/street.ts";
import { removeFolder } from "../remove-folder.ts";
import { C, json } from "./samples.ts";

/** A gateway's keeper with its importer, and a folder of uteclocal. */
export interface Stage {
  readonly street: Street;
  /** The folder in which uteclocal has its file. */
  readonly folder: () => string;
  /** Writes the file; returns how it is now. */
  readonly leave: (content: string | Buffer) => () => string;
  /** An importer of this house, not started. */
  readonly importer: (house: House, settings?: Partial<ImporterParts["settings"]>) => Importer;
  /** The third generation's sample with tokens that the street's server has granted. */
  readonly granted: () => Promise<string>;
}

export function stageForEach(): Stage {
  const street = streetForEach();
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "uteclocal-"));
  });
  afterEach(() => removeFolder(folder));
  return {
    street,
    folder: () => folder,
    leave: (content) => {
      const file = join(folder, "config.json");
      writeFileSync(file, content);
      return () => readFileSync(file, "latin1");
    },
    importer: (house, settings = {}) => {
      const { vault, keeper, secrets, clock } = house;
      const write = (line: string): void => void house.lines.push(line);
      const { log } = new LogSink({ level: "trace", secrets, format: "json", write });
      const { url } = street.server;
      const usual = { dataFolder: folder, importFrom: null, oauthUrl: url, apiUrl: url, refresh: REFRESH_DEFAULTS };
      return new Importer({ settings: { ...usual, ...settings }, vault, keeper, secrets, clock, log });
    },
    granted: async () => {
      const { url, clientId, clientSecret } = street.server;
      const form = { grant_type: "authorization_code", code: street.server.code() };
      const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret });
      const answer = (await (await fetch(`${url}/token`, { method: "POST", body })).json()) as object;
      const { access_token, refresh_token } = { access_token: "", refresh_token: "", ...answer };
      return json({ ...C, access_token, refresh_token });
    },
  };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface ComposeService {
  readonly image?: string;
  readonly container_name?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly cap_add?: readonly string[];
}

/** Variables by their names. */
export type Words = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, "../..");

/** The one service of a compose file of this repository. */
export function composeService(path: string): ComposeService {
  const { services } = parse(readFileSync(join(root, path), "utf8")) as { services: Record<string, ComposeService> };
  const [service, ...more] = Object.values(services);
  if (service === undefined || more.length > 0) throw new Error(`${path} has more than one service, or none.`);
  return service;
}

/** A service's environment as compose makes it of what `.env` holds. @throws Error with the file's own sentence */
export function environmentWith({ environment }: ComposeService, own: Words): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replace(/\$\{(\w+):([-?+])([^}]*)\}/g, (_all, variable: string, sign: string, other: string) => {
        const given = own[variable] ?? "";
        if (sign === "+") return given === "" ? "" : other;
        if (given === "" && sign === "?") throw new Error(other);
        return given === "" ? other : given;
      }),
    ]),
  );
}

/** The line in docs/migrate.md that starts the container: its options by name, and the image. */
export function dockerRun(): { readonly options: ReadonlyMap<string, readonly string[]>; readonly image: string } {
  const page = readFileSync(join(root, "docs/migrate.md"), "utf8");
  const words = /^docker run (.*)$/m.exec(page)?.[1]?.split(" ") ?? [];
  const options = new Map<string, string[]>();
  let image = "";
  while (words.length > 0) {
    const word = words.shift() ?? "";
    if (!word.startsWith("--")) image = word;
    else options.set(word, [...(options.get(word) ?? []), word === "--detach" ? "" : (words.shift() ?? "")]);
  }
  return { options, image };
}

/** What a systemd unit sets, by its name; what is set several times is in its order. */
export function unitSettings(path: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  for (const [, name = "", value = ""] of readFileSync(join(root, path), "utf8").matchAll(/^(\w+)=(.*)$/gm)) {
    settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}

/** `NAME=value` words as an object. */
export function wordsOf(words: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]));
}

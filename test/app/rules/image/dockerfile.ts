/** What an image of a Dockerfile is, as far as the Supervisor looks at it. */
export interface BuiltImage {
  /** The base of the last stage. */
  readonly base: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Null without one, or with `NONE`: the app counts as started as soon as its container runs. */
  readonly healthcheck: string | null;
  /** A list, or a text that a shell runs: the shell then gets the signals, and the app does not. */
  readonly entrypoint: readonly string[] | string | null;
  readonly exposed: readonly string[];
  /** Arguments of the build that no stage takes: Docker warns of them and goes on. */
  readonly unused: readonly string[];
}

/**
 * The image that `docker build` makes: its last stage, with the arguments of the build in place of the defaults, and the
 * labels given to the build over the Dockerfile's.
 * Source: the Dockerfile reference of Docker (ARG before FROM holds in FROM alone, until a stage takes it again).
 */
export function builtImage(
  dockerfile: string,
  given: Readonly<Record<string, string>> = {},
  labels: Readonly<Record<string, string>> = {},
): BuiltImage {
  const global: Record<string, string> = {};
  const taken = new Set<string>();
  let stage: Stage | null = null;
  for (const [instruction, rest] of instructionsOf(dockerfile)) {
    if (instruction === "ARG") {
      for (const [name, usual] of pairsOf(rest)) {
        taken.add(name);
        const value: string | undefined = given[name] ?? (usual === "" ? global[name] : usual);
        if (value !== undefined) (stage?.values ?? global)[name] = filled(value, stage?.values ?? global);
      }
    } else if (instruction === "FROM") {
      stage = new Stage(filled(rest.split(/\s+/)[0] ?? "", global));
    } else {
      stage?.take(instruction, rest);
    }
  }
  if (stage === null) throw new Error("The Dockerfile has no FROM.");
  const { base, healthcheck, entrypoint, exposed } = stage;
  return {
    base,
    labels: { ...stage.labels, ...labels },
    healthcheck,
    entrypoint,
    exposed,
    unused: Object.keys(given).filter((name) => !taken.has(name)),
  };
}

class Stage {
  readonly base: string;
  readonly values: Record<string, string> = {};
  readonly labels: Record<string, string> = {};
  readonly exposed: string[] = [];
  healthcheck: string | null = null;
  entrypoint: readonly string[] | string | null = null;

  constructor(base: string) {
    this.base = base;
  }

  take(instruction: string, rest: string): void {
    switch (instruction) {
      case "ENV":
      case "LABEL": {
        const place = instruction === "ENV" ? this.values : this.labels;
        for (const [name, value] of pairsOf(rest)) place[name] = filled(value, this.values);
        break;
      }
      case "HEALTHCHECK":
        this.healthcheck = /^NONE$/i.test(rest) ? null : rest;
        break;
      case "ENTRYPOINT":
        this.entrypoint = commandOf(rest);
        break;
      case "EXPOSE":
        this.exposed.push(...rest.split(/\s+/).map((port) => filled(port, this.values)));
        break;
    }
  }
}

/** Each instruction on one line, in capitals, without comments. */
function instructionsOf(dockerfile: string): [instruction: string, rest: string][] {
  const lines = dockerfile.split("\n").filter((line) => !/^\s*#/.test(line));
  return lines
    .join("\n")
    .replaceAll(/\\[ \t]*\n/g, " ")
    .split("\n")
    .flatMap((line) => {
      const [, instruction = "", rest = ""] = /^\s*([a-z]+)\s+(.*?)\s*$/i.exec(line) ?? [];
      return instruction === "" ? [] : [[instruction.toUpperCase(), rest]];
    });
}

/** `A=b C="d e"`, and names alone. */
function pairsOf(rest: string): [name: string, value: string][] {
  return [...rest.matchAll(/([^\s=]+)(?:=("(?:\\.|[^"\\])*"|'[^']*'|\S*))?/g)].map(([, name = "", value = ""]) => [
    name,
    value.replace(/^"(.*)"$|^'(.*)'$/s, (_whole, double?: string, single?: string) => double ?? single ?? ""),
  ]);
}

/** `["a", "b"]` runs as it is; everything else, also a list with single quotes, is a shell's. */
function commandOf(rest: string): readonly string[] | string {
  try {
    const list: unknown = JSON.parse(rest);
    return Array.isArray(list) && list.every((one) => typeof one === "string") ? list : rest;
  } catch {
    return rest;
  }
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (_whole, braced?: string, usual?: string, bare?: string) => {
      return values[braced ?? bare ?? ""] ?? usual ?? "";
    },
  );
}

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** How the container starts Node. */
export interface Runtime {
  readonly flags: readonly string[];
  /** What Node and the C library read, and not what the gateway does. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Read from the Dockerfile, so that what is measured and tested is what people run. */
export function containerRuntime(): Runtime {
  const dockerfile = readFileSync(join(import.meta.dirname, "../../Dockerfile"), "utf8");
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1];
  if (entrypoint === undefined) throw new Error("The Dockerfile has no ENTRYPOINT of one line.");
  const variables = dockerfile.matchAll(/^(?:ENV)?\s+((?:NODE|MALLOC)_\w+)=(\S+)/gm);
  return {
    flags: (JSON.parse(entrypoint) as string[]).filter((argument) => argument.startsWith("--")),
    environment: Object.fromEntries([...variables].map(([, name = "", value = ""]) => [name, value])),
  };
}

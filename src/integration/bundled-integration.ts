import { fileURLToPath } from "node:url";

/** Where the integration's files are: beside the sources, or beside the bundle. */
export function bundledIntegration(): string {
  const path = import.meta.url.endsWith(".ts") ? "../../custom_components/utec_gateway" : "../integration";
  return fileURLToPath(new URL(path, import.meta.url));
}

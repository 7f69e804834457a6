import { fileURLToPath } from "node:url";

/** Where the built page is: beside the sources, or beside the bundle. */
export function builtPage(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../../ui/dist" : "./page", import.meta.url));
}

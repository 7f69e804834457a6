/** Made by the build: see `ui/messages-plugin.ts`. */
declare module "virtual:messages" {
  import type { LoadMessages } from "./words.ts";
  export const load: LoadMessages;
}

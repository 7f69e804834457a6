import { loginProvider } from "./login.ts";
import { oauth2Provider } from "./oauth2.ts";
import type { Provider } from "./provider.ts";
import { staticProvider } from "./static.ts";
import { utecProvider } from "./utec.ts";
import type { UtecUrls } from "./utec.ts";
import { wattTimeProvider } from "./watttime.ts";
import type { WattTimeUrls } from "./watttime.ts";
import { yotoProvider } from "./yoto.ts";
import type { YotoUrls } from "./yoto.ts";

/** Where the clouds are whose address is known; null or absent is the real one. */
export type CloudUrls = UtecUrls & YotoUrls & WattTimeUrls;

/** The provider of the accounts that the options and the page name. */
export const DEFAULT_PROVIDER = "utec";

/**
 * Every provider that accounts may have, those that people know by name first. A new one is a file of data beside this one (what it does not say is as in
 * `STANDARD`) and a line here; `providers.test.ts` holds what all must keep to.
 */
export function allProviders(urls: CloudUrls = {}): Provider[] {
  return [
    utecProvider(urls),
    yotoProvider(urls),
    wattTimeProvider(urls),
    loginProvider(),
    oauth2Provider(),
    staticProvider(),
  ];
}

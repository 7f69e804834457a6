import { join } from "node:path";
import { DOMAIN } from "./domain.ts";

/** Where everything of the integration lies in Home Assistant's configuration folder. */
export interface IntegrationFolder {
  readonly config: string;
  /** Home Assistant takes every folder in here for an integration that has a `manifest.json` at its top. */
  readonly components: string;
  readonly target: string;
  /**
   * The gateway's own, beside the target because only there a rename is all that it takes. It has no manifest at its top,
   * so that Home Assistant never loads what lies in it.
   */
  readonly side: string;
  /** What is being unpacked. */
  readonly next: string;
  /** What was replaced last. */
  readonly previous: string;
  readonly record: string;
}

export function integrationFolder(config: string): IntegrationFolder {
  const components = join(config, "custom_components");
  const side = join(components, `.${DOMAIN}`);
  return {
    config,
    components,
    target: join(components, DOMAIN),
    side,
    next: join(side, "next"),
    previous: join(side, "previous"),
    record: join(side, "record.json"),
  };
}

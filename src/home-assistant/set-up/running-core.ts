import { isObject, nonEmptyString } from "../../json.ts";
import type { RunningCore } from "../../integration/integration-state.ts";
import { Problem } from "../../problem.ts";
import type { Core, CoreCommand } from "../connection/core.ts";
import { CoreError } from "../connection/core.ts";
import { DOMAIN } from "../messages/messages.ts";
import { phrase } from "../../said/phrase.ts";

/** The errors after which Home Assistant may have done what it was asked: it closes the socket when it stops. */
const UNANSWERED: ReadonlySet<string> = new Set(["connection_lost", "no_answer"]);

/** Home Assistant itself, over the link's connection: what it knows of the integration, and its restart. */
export class LinkedCore implements RunningCore {
  readonly #link: () => Pick<Core, "call"> | null;

  /** @param link null where there is none */
  constructor(link: () => Pick<Core, "call"> | null) {
    this.#link = link;
  }

  async integrationVersion(): Promise<string | null | undefined> {
    try {
      const manifest = await this.#call({ type: "manifest/get", integration: DOMAIN });
      return isObject(manifest) ? nonEmptyString(manifest["version"]) : null;
    } catch (error) {
      return error instanceof CoreError && error.code === "not_found" ? null : undefined;
    }
  }

  async restart(): Promise<void> {
    try {
      // First, so that a lost connection later means that it stops.
      await this.#call({ type: "get_config" });
    } catch (cause) {
      throw new Problem("home_assistant_unreachable", phrase("restart_unreachable"), { retryable: true, cause });
    }
    try {
      await this.#call({ type: "call_service", domain: "homeassistant", service: "restart" });
    } catch (cause) {
      if (cause instanceof CoreError && UNANSWERED.has(cause.code)) return;
      const reason = cause instanceof CoreError ? cause.message : phrase("part_detail_unnamed");
      throw new Problem("home_assistant_refused", phrase("restart_refused", { detail: reason }), { cause });
    }
  }

  async #call(command: CoreCommand): Promise<unknown> {
    const link = this.#link();
    if (link === null) throw new CoreError("connection_lost", phrase("link_none"));
    return await link.call(command);
  }
}

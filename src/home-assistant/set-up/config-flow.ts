import type { CoreRest, RestAnswer } from "../connection/rest.ts";
import { RestError } from "../connection/rest.ts";
import { DOMAIN } from "../messages/messages.ts";
import { readDeletion, readFlowAnswer } from "./flow-answer.ts";
import type { FlowAnswer, FlowEnd } from "./flow-answer.ts";
import { phrase } from "../../said/phrase.ts";

const ENTRIES = "/config/config_entries";

/**
 * Adds the integration as its dialog in Home Assistant does. The flows ask nothing but to be confirmed; starting and
 * confirming them is there by REST only. Source: core's components/config/config_entries.py. Never rejects.
 */
export class ConfigFlow {
  readonly #rest: Pick<CoreRest, "send">;

  constructor(rest: Pick<CoreRest, "send">) {
    this.#rest = rest;
  }

  /** Confirms a flow that waits for it. */
  async confirm(flow_id: string): Promise<FlowEnd> {
    const answer = await this.#ask(readFlowAnswer, "POST", flowPath(flow_id), {});
    if (answer.kind !== "form") return answer;
    const message = phrase("flow_asks");
    return { kind: "refused", message };
  }

  /** Adds the integration by its name, as people do where nothing was discovered. */
  async start(): Promise<FlowEnd> {
    const first = await this.#ask(readFlowAnswer, "POST", `${ENTRIES}/flow`, { handler: DOMAIN });
    if (first.kind !== "form") return first;
    const end = await this.confirm(first.flow_id);
    // A dialog that nobody sees would stay open there.
    if (end.kind !== "done") await this.#ask(readDeletion, "DELETE", flowPath(first.flow_id));
    return end;
  }

  /** Deletes the entry with which Home Assistant ignores the gateway. */
  stopIgnoring(entry_id: string): Promise<FlowEnd> {
    return this.#ask(readDeletion, "DELETE", `${ENTRIES}/entry/${encodeURIComponent(entry_id)}`);
  }

  async #ask<T extends FlowAnswer>(
    read: (answer: RestAnswer) => T,
    ...request: Parameters<CoreRest["send"]>
  ): Promise<T | FlowEnd> {
    try {
      return read(await this.#rest.send(...request));
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      return { kind: "away", message: phrase("flow_silent", { detail: error.message }) };
    }
  }
}

function flowPath(flow_id: string): string {
  return `${ENTRIES}/flow/${encodeURIComponent(flow_id)}`;
}

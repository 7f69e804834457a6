import type { LivePicture } from "../../state/live-picture.ts";
import type { Core } from "../connection/core.ts";
import { CoreError } from "../connection/core.ts";
import type { OfferResult } from "../messages/events.ts";
import { parseOfferResult } from "../messages/events.ts";
import type { OfferMessage } from "../messages/messages.ts";
import { offer } from "../messages/messages.ts";
import { phrase } from "../../said/phrase.ts";

export interface TakeOverOptions {
  readonly core: Pick<Core, "call">;
  readonly picture: LivePicture;
  readonly gateway_id: string;
  readonly version: string;
  readonly page: () => string | null;
  /** Called when the gateway has something else to offer than when it last offered. */
  readonly onChange: () => void;
}

/** How many names a sentence holds. */
const MOST_NAMES = 3;

/**
 * What a gateway does that Home Assistant refuses because it works with another one: it says what it serves, so that
 * Home Assistant can ask a person whether it may take over, and says it again when that has changed.
 */
export class TakeOver {
  readonly #options: TakeOverOptions;
  #unfollow = (): void => {};

  constructor(options: TakeOverOptions) {
    this.#options = options;
  }

  /**
   * Offers to take over. Nothing happens before a person has confirmed it in Home Assistant.
   * @returns one sentence for a person: how things stand, and where to press
   * @throws CoreError `connection_lost`, `no_answer`
   */
  async offer(): Promise<string> {
    this.end();
    const { core, picture, gateway_id, version, page, onChange } = this.#options;
    const served = servedBy(picture);
    const before = JSON.stringify(served);
    this.#unfollow = picture.subscribe(() => {
      if (JSON.stringify(servedBy(picture)) !== before) onChange();
    });
    try {
      return sentence(parseOfferResult(await core.call(offer(gateway_id, version, page(), served))));
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      if (error.code === "connection_lost" || error.code === "no_answer") throw error;
      return sentence(null);
    }
  }

  /** Stops looking at the picture. */
  end(): void {
    this.#unfollow();
    this.#unfollow = () => {};
  }
}

type Served = Pick<OfferMessage, "accounts" | "devices">;

/** Only the devices' ids are the cloud's: by them Home Assistant knows again what it has. */
function servedBy(picture: LivePicture): Served {
  const { clouds } = picture.gateway;
  return {
    accounts: picture.accounts().map(({ id, name, has_devices }) => {
      return { id, name, devices_known: !has_devices || clouds[id]?.devices_known === true };
    }),
    devices: picture.devices().map(({ id, account_id }) => ({ id, account_id })),
  };
}

function sentence(result: OfferResult | null): string {
  switch (result?.verdict) {
    case "same":
      return result.connected ? phrase("take_over_same_connected") : phrase("take_over_same");
    case "not_yet":
      return phrase("take_over_not_yet", { names: names(result.missing) });
    case "other":
      return phrase("take_over_other", { names: names(result.missing) });
    case undefined:
      return phrase("take_over_unknown");
  }
}

function names(missing: readonly string[]): string {
  if (missing.length === 0) return "";
  return ` (${missing.slice(0, MOST_NAMES).join(", ")}${missing.length > MOST_NAMES ? ", …" : ""})`;
}

import { ArrangementFile } from "../arrangement/arrangement-file.ts";
import { Arrangement } from "../arrangement/arrangement.ts";
import type { UptimeClock } from "../clock.ts";
import { bootId } from "../clock.ts";
import type { TokenSource } from "../keeper/account.ts";
import type { Log, Secrets } from "../log.ts";
import type { Random } from "../random.ts";
import type { Settings } from "../settings/settings.ts";
import type { LivePicture } from "../state/live-picture.ts";
import { UtecClient } from "./cloud/client.ts";
import { Transport } from "./cloud/transport.ts";
import { Commands } from "./commands/commands.ts";
import { FleetStore } from "./fleet/fleet-store.ts";
import { Poller } from "./polling/poller.ts";

export interface UtecDevicesOptions {
  readonly settings: Settings;
  readonly picture: LivePicture;
  /** The action endpoint of an account's cloud. @throws Problem `account_not_found` */
  readonly actionUrl: (account_id: string) => string;
  readonly tokens: TokenSource;
  /** Receives the `Date` header of each answer. */
  readonly onDate: (date: string | undefined) => void;
  /** Called for each request that has left. */
  readonly onSent: () => void;
  readonly clock: UptimeClock;
  readonly random: Random;
  readonly secrets: Secrets;
  readonly log: Log;
}

/** The devices at the U-tec cloud: what reads them, what moves them, and the connections of both. */
export class UtecDevices {
  readonly poller: Poller;
  readonly commands: Commands;
  readonly #transport: Transport;

  constructor(options: UtecDevicesOptions) {
    const { settings, clock, random, log, onDate, onSent } = options;
    this.#transport = new Transport({ clock, proxies: settings.proxies, onDate, onSent });
    const client = new UtecClient({ ...options, transport: this.#transport });
    this.poller = new Poller({
      ...options,
      client,
      random: () => random.fraction(),
      intervalMs: settings.pollIntervalMs,
      freshness: settings,
      arrangement: new Arrangement(
        new ArrangementFile(`${settings.dataFolder}/gateway.arrangement`, log.part("poller")),
      ),
      memory: {
        store: new FleetStore({ file: `${settings.dataFolder}/picture.db`, log: log.part("poller") }),
        boot: bootId(),
      },
    });
    this.commands = new Commands({ ...options, client, poller: this.poller, confirmation: settings.confirmation });
  }

  /** Closes the connections: requests under way end. */
  close(): void {
    this.#transport.close();
  }
}

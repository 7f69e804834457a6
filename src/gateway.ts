import { ActivityRecorder } from "./activity/recorder.ts";
import { ActivityStore } from "./activity/store.ts";
import { Broker } from "./broker/broker.ts";
import type { UptimeClock } from "./clock.ts";
import { History } from "./history/history.ts";
import { HistoryRecorder } from "./history/recorder.ts";
import { HistoryStore } from "./history/store.ts";
import { Link } from "./home-assistant/link.ts";
import { LinkedCore } from "./home-assistant/set-up/running-core.ts";
import { notConfigured } from "./home-assistant/link-report.ts";
import { SetUp } from "./home-assistant/set-up/set-up.ts";
import { Supervisor } from "./home-assistant/set-up/supervisor.ts";
import { SUPERVISOR_ADDRESS } from "./http/access/access-guard.ts";
import { builtPage } from "./http/page/built-page.ts";
import { HttpServer } from "./http/server.ts";
import { SessionFile } from "./http/access/session-file.ts";
import { bundledIntegration } from "./integration/bundled-integration.ts";
import { Importer } from "./import/importer.ts";
import { Integration } from "./integration/integration.ts";
import { FlightMeter } from "./jobs/flight-meter.ts";
import { Jobs, grantWorkerFile } from "./jobs/jobs.ts";
import { DailyCopy } from "./keeper/vault/daily-copy.ts";
import { Keeper } from "./keeper/keeper.ts";
import { allProviders, DEFAULT_PROVIDER } from "./keeper/providers/providers.ts";
import { UTEC_ACTION } from "./keeper/providers/utec.ts";
import { removeOldCopies } from "./keeper/vault/disk/backup-copies.ts";
import { OwnerLock } from "./keeper/vault/disk/owner-lock.ts";
import { openVault } from "./keeper/vault/vault-start.ts";
import { closeToOthers } from "./keeper/private-files.ts";
import { Vault } from "./keeper/vault/vault.ts";
import type { LogSink } from "./log-sink.ts";
import type { Log, Secrets } from "./log.ts";
import { proxyNames } from "./outgoing/proxy.ts";
import type { Random } from "./random.ts";
import type { Settings } from "./settings/settings.ts";
import { CallCount } from "./state/call-count.ts";
import { LivePicture } from "./state/live-picture.ts";
import { Uteclocal } from "./uteclocal/uteclocal.ts";
import { UtecDevices } from "./utec/utec-devices.ts";

export interface GatewayOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly secrets: Secrets;
  readonly sink: LogSink;
  readonly clock: UptimeClock;
  readonly random: Random;
  /** The worker that runs one grant; default: the gateway's own. */
  readonly workerFile?: URL;
}

const CALL_TIMEOUT_MS = 20_000;
/** How long another gateway may hold the data folder: the one that this one replaces is still stopping. */
const OWNER_WAIT_MS = 10_000;
/** How long Home Assistant waits for the first picture, so that the cloud can confirm what an earlier run knew. */
const FIRST_LOOK_MS = 3000;
/** What Home Assistant is told at a stop: for a restart, entities keep their state this long. */
const BACK_IN_S = 60;

/** The composition root: builds every part and wires them. There is no logic here, only order. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #log: Log;
  /** What must be stopped, in the order in which it was started. */
  readonly #running: { readonly name: string; readonly stop: () => void | Promise<void> }[] = [];

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#log = options.sink.log;
  }

  /**
   * Resolves when the gateway answers requests: it waits neither for the cloud nor for Home Assistant.
   *
   * @throws Problem `data_folder_unusable`, `data_folder_in_use`, `database_corrupt`, `key_wrong`, `port_unusable`;
   * whatever was started by then is stopped again
   */
  async start(): Promise<{ readonly port: number }> {
    try {
      return await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops everything, the last started first. Never rejects: what fails to stop is logged, the rest is stopped. */
  async stop(): Promise<void> {
    for (const part of this.#running.toReversed()) {
      try {
        await part.stop();
      } catch (error) {
        this.#log.error(`${part.name} did not stop cleanly.`, { error });
      }
    }
    this.#running.length = 0;
  }

  async #start(): Promise<{ readonly port: number }> {
    const { settings, version, secrets, sink, clock, random } = this.#options;
    const log = this.#log;
    for (const { message, field } of settings.problems) log.warn(message, { field });
    for (const note of settings.notes) log.info(note);
    if (settings.proxies !== null)
      log.info("Other machines are reached through a proxy.", proxyNames(settings.proxies));

    Vault.makeFolder(settings.dataFolder);
    closeToOthers(settings.dataFolder);
    const file = `${settings.dataFolder}/gateway.lock`;
    const owner = await OwnerLock.acquire({ file, clock, waitMs: OWNER_WAIT_MS });
    this.#started("the owner's lock", () => owner.release());
    const vault = openVault({ folder: settings.dataFolder, clock, random, secrets, log: log.part("keeper") });
    this.#started("the vault", () => vault.close());
    const dailyCopy = new DailyCopy({ vault, folder: settings.dataFolder, clock, log: log.part("keeper") });
    const providers = allProviders(settings);
    const jobs: Jobs = new Jobs({
      workerFile: this.#options.workerFile ?? grantWorkerFile(),
      folder: settings.dataFolder,
      providers,
      clock,
      log: log.part("jobs"),
      callTimeoutMs: CALL_TIMEOUT_MS,
      proxies: settings.proxies,
      onTick: () => {
        keeper.tick();
        dailyCopy.tick();
        removeOldCopies(settings.dataFolder, clock.now());
      },
      onSent: () => calls.called(),
      endsAt: (account_id) => keeper.tokenEndsAt(account_id),
    });
    const flights = new FlightMeter(clock);
    jobs.listen(flights);
    const keeper = new Keeper({
      ...this.#options,
      vault,
      providers,
      defaultProvider: DEFAULT_PROVIDER,
      runner: jobs,
      log: log.part("keeper"),
    });
    const slips = keeper.mirrorOptions(settings.accounts, settings.refresh).map(({ named, field, message }) => ({
      field: settings.accounts[named]?.written_as[field] ?? field,
      message,
    }));
    for (const { message, field } of slips) log.warn(message, { field });
    const importer = new Importer({ ...this.#options, vault, keeper, log });
    importer.start();
    const picture = new LivePicture({
      id: vault.gateway_id,
      version,
      started_at: clock.now(),
      link: notConfigured(clock.now()),
      clouds: {},
      problems: [...settings.problems, ...slips],
      calls_last_hour: null,
    });
    picture.update({ accounts: keeper.accounts() });
    keeper.subscribe(({ accounts, removed }) => picture.update({ accounts, removed_accounts: removed }));

    const activityStore = new ActivityStore({
      ...this.#options,
      file: `${settings.dataFolder}/activity.db`,
      days: settings.activityDays,
      log: log.part("activity"),
    });
    const activity = new ActivityRecorder({ picture, store: activityStore, clock });
    this.#started("the activity log", () => activity.stop());
    const historyStore = new HistoryStore({
      file: `${settings.dataFolder}/history.db`,
      clock,
      log: log.part("history"),
    });
    const past = new HistoryRecorder({ picture, store: historyStore, events: (id) => keeper.events(id), clock });
    this.#started("the history", () => past.stop());
    const calls = new CallCount({ picture, clock });
    this.#started("the count of calls", () => calls.stop());
    const cloud = new UtecDevices({
      ...this.#options,
      picture,
      actionUrl: (account_id) => keeper.apis.urlOf(account_id, UTEC_ACTION),
      tokens: keeper,
      onDate: (date) => keeper.noteCloudTime("utec", date),
      onSent: () => calls.called(),
      log,
    });
    this.#started("the cloud's connections", () => cloud.close());
    const { poller, commands } = cloud;
    const { homeAssistant } = settings;

    const supervisor =
      homeAssistant?.kind === "supervisor" ? new Supervisor({ ...homeAssistant, clock, log, secrets }) : null;
    const integration = new Integration({
      config: settings.homeAssistantConfig,
      bundleFolder: bundledIntegration(),
      gatewayVersion: version,
      supervised: settings.mode === "addon",
      core: new LinkedCore(() => link),
      log,
    });
    const setUp = homeAssistant
      ? new SetUp({
          target: homeAssistant,
          proxies: settings.proxies,
          core: () => link,
          integration,
          gateway_id: vault.gateway_id,
          picture,
          clock,
          log,
        })
      : null;
    this.#started("the set-up in Home Assistant", () => setUp?.stop());
    const broker = new Broker({ ...this.#options, vault, keeper, log });
    this.#started("the broker", () => broker.stop());
    const server: HttpServer = new HttpServer({
      ...this.#options,
      ...settings,
      sessions: new SessionFile(`${settings.dataFolder}/gateway.sessions`, log.part("http")),
      ingressPeer: settings.mode === "addon" ? SUPERVISOR_ADDRESS : null,
      admins: (user_id) => link?.isAdministrator(user_id) ?? Promise.resolve(null),
      picture,
      accounts: keeper,
      clients: broker,
      commands,
      activity,
      history: new History({ picture, log: activityStore, store: historyStore, clock }),
      integration,
      imports: importer,
      devices: poller,
      setUp,
      flights,
      logSink: sink,
      log,
      pageFolder: builtPage(),
    });
    const { port, url } = await server.start();
    this.#started("the HTTP server", () => server.stop());

    const link = homeAssistant
      ? new Link({
          ...this.#options,
          target: homeAssistant,
          gateway_id: vault.gateway_id,
          page: () => (supervisor ? supervisor.slug : url),
          picture,
          pictureReady: () => poller.looked(FIRST_LOOK_MS),
          commands,
          accounts: keeper,
          devices: poller,
          activity,
          witnessed: keeper,
          announceAgain: () => void supervisor?.announceAgain(vault.gateway_id),
          log,
          proxies: settings.proxies,
        })
      : null;

    const uteclocal = new Uteclocal({
      ...this.#options,
      picture,
      accounts: keeper,
      commands,
      poller,
      pagePort: port,
      log,
    });

    jobs.start();
    this.#started("the jobs", () => jobs.stop());
    keeper.start();
    poller.start();
    this.#started("the poller", () => poller.stop());
    // Only now: what an earlier run knew about the devices is not new.
    activity.start();
    past.start();
    this.#started("the commands", () => commands.stop());
    // The add-on's slug is asked for before the link's first hello needs it.
    if (supervisor) {
      void supervisor.start(vault.gateway_id);
      this.#started("the Supervisor's client", () => supervisor.stop());
    }
    if (link) {
      link.start();
      this.#started("the link to Home Assistant", () => link.stop("restarting", BACK_IN_S));
    }
    void broker.start();
    this.#started("the port for programs that know uteclocal", () => uteclocal.stop());
    await uteclocal.start();
    void integration.start();
    return { port };
  }

  #started(name: string, stop: () => void | Promise<void>): void {
    this.#running.push({ name, stop });
  }
}

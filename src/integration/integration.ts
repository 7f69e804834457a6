import { existsSync } from "node:fs";
import type { Log } from "../log.ts";
import { Problem } from "../problem.ts";
import { readBundle } from "./disk/bundle.ts";
import type { Bundle } from "./disk/bundle.ts";
import { codeOf } from "./disk/files.ts";
import { lookAround } from "./facts.ts";
import { integrationFolder } from "./folder.ts";
import type { Asker, IntegrationDesk, IntegrationState, RunningCore } from "./integration-state.ts";
import { judge } from "./judge.ts";
import type { Judgement } from "./judge.ts";
import { finishReplacement, replaceIntegration } from "./replacement.ts";
import type { ReplacementStep } from "./replacement.ts";
import { readRecord } from "./disk/record.ts";
import { versionOrder } from "./version-order.ts";
import { phrase } from "../said/phrase.ts";

export interface IntegrationOptions {
  /** Home Assistant's configuration folder as the gateway sees it. */
  readonly config: string;
  /** Where the gateway's copy of the integration is. */
  readonly bundleFolder: string;
  readonly gatewayVersion: string;
  /** Running under the Supervisor, which maps the folder. */
  readonly supervised: boolean;
  readonly core: RunningCore;
  readonly log: Log;
  /** Told of each step of a replacement. */
  readonly onStep?: (step: ReplacementStep) => void;
}

/** Statuses in which the gateway's copy may take the place of what is there. */
const REPLACEABLE: ReadonlySet<Judgement["status"]> = new Set(["absent", "outdated"]);

/** The integration's files in Home Assistant: looked at at any time, written when an administrator asks for it. */
export class Integration implements IntegrationDesk {
  readonly #options: IntegrationOptions;
  readonly #log: Log;
  readonly #folder: ReturnType<typeof integrationFolder>;
  #bundle: Promise<Bundle | null> | undefined;
  /** What was broken off is brought to an end before anybody looks. */
  #finished: Promise<void> | undefined;
  #installing: Promise<void> | undefined;

  constructor(options: IntegrationOptions) {
    this.#options = options;
    this.#log = options.log.part("integration");
    this.#folder = integrationFolder(options.config);
  }

  /**
   * Finishes what an earlier run has begun, and says in the log where an update waits; where nothing was ever installed,
   * nothing is read. Never rejects.
   */
  async start(): Promise<void> {
    if (!existsSync(this.#folder.side)) return;
    await this.#finish();
    const [installed] = (await readRecord(this.#folder.record))?.copies ?? [];
    const brought = this.#options.gatewayVersion;
    if (installed === undefined || (versionOrder(installed.version, brought) ?? 0) >= 0) return;
    this.#log.info("The gateway brings a newer integration along than it has installed: its page offers the update.", {
      installed: installed.version,
      brought,
    });
  }

  async state(): Promise<IntegrationState> {
    await this.#installing?.catch(() => undefined);
    const judgement = await this.#look();
    const restart_needed = await this.#isRestartNeeded(judgement);
    const { message } = judgement;
    return {
      ...judgement,
      restart_needed,
      message: restart_needed && judgement.status === "installed" ? toUse(judgement.bundled_version) : message,
    };
  }

  async install(asker: Asker): Promise<IntegrationState> {
    this.#installing ??= this.#install(asker).finally(() => {
      this.#installing = undefined;
    });
    await this.#installing;
    return this.state();
  }

  async restartHomeAssistant({ by, user_name }: Asker): Promise<void> {
    await this.#options.core.restart();
    this.#log.info("Home Assistant was asked to restart.", { by, user_name });
  }

  async #install({ by, user_name }: Asker): Promise<void> {
    const judgement = await this.#look();
    if (judgement.status === "installed") return;
    assertReplaceable(judgement);
    const bundle = await this.#readBundle();
    if (bundle === null) return;
    const { version } = bundle;
    const { installed_version } = judgement;
    this.#log.info("The integration is being installed in Home Assistant.", {
      by,
      user_name,
      version,
      installed_version,
    });
    try {
      await replaceIntegration({
        folder: this.#folder,
        bundle,
        assertReplaceable: async () => assertReplaceable(await this.#judge()),
        onStep: this.#options.onStep,
      });
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw notWritten(error, this.#options.config);
    }
    this.#log.info("The integration is installed in Home Assistant.", { version });
  }

  async #look(): Promise<Judgement> {
    await this.#finish();
    return this.#judge();
  }

  #finish(): Promise<void> {
    return (this.#finished ??= finishReplacement(this.#folder).catch((error: unknown) => {
      this.#log.warn("An installation of the integration that was broken off could not be finished.", { error });
    }));
  }

  async #judge(): Promise<Judgement> {
    const { config, gatewayVersion, supervised } = this.#options;
    const [facts, bundle] = await Promise.all([lookAround(this.#folder), this.#readBundle()]);
    return judge(facts, { config, bundle, gatewayVersion, supervised });
  }

  #readBundle(): Promise<Bundle | null> {
    return (this.#bundle ??= readBundle(this.#options.bundleFolder));
  }

  /** Home Assistant reads which integrations there are when it starts, and their code once. */
  async #isRestartNeeded({ status, installed_version }: Judgement): Promise<boolean> {
    if (installed_version === null || status === "absent" || status === "unavailable") return false;
    const known = await this.#options.core.integrationVersion();
    return known !== undefined && known !== installed_version;
  }
}

function toUse(version: string): string {
  return phrase("integration_restart", { version });
}

function assertReplaceable({ status, message }: Judgement): void {
  if (REPLACEABLE.has(status)) return;
  throw new Problem(status === "unavailable" ? "integration_folder_unusable" : "integration_not_replaceable", message);
}

/** Nothing has changed in the folder then: it is as it was. */
function notWritten(error: unknown, config: string): Problem {
  const code = codeOf(error);
  const why =
    code === "ENOSPC" || code === "EDQUOT"
      ? phrase("part_why_disk_full")
      : code === "EROFS" || code === "EACCES" || code === "EPERM"
        ? phrase("part_why_not_writable", { path: config, code })
        : phrase("part_why_failed", { path: config, detail: code ?? phrase("part_detail_differently") });
  return new Problem("integration_folder_unusable", phrase("integration_not_installed", { why }), {
    cause: error,
    retryable: true,
  });
}

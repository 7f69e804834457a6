import { afterEach, beforeEach } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { SetUp } from "../../../src/home-assistant/set-up/set-up.ts";
import type { SetUpTiming } from "../../../src/home-assistant/set-up/set-up.ts";
import type { IntegrationDesk, IntegrationState } from "../../../src/integration/integration-state.ts";
import type { Problem } from "../../../src/problem.ts";
import type { SetUpState } from "../../../src/state/set-up.ts";
import { SILENT } from "../../simulation/silent-log.ts";
import { aGateway } from "../../state/models.ts";
import type { FakeHomeAssistant } from "../fake-home-assistant.ts";
import { benchForEach } from "../link-bench.ts";
import type { LinkBench } from "../link-bench.ts";

export const ANNA = { by: "ingress", user_name: "Anna" };
export const OURS = { domain: "utec_gateway", state: "loaded", disabled_by: null } as const;

/** A busy machine is slow to do what ends well. */
const PATIENT: SetUpTiming = { lookEveryMs: 10, leaveMs: 5_000, backMs: 5_000, addMs: 5_000, linkMs: 5_000 };

/** A set-up beside the link that it waits for, with real calls to a Home Assistant of its own. */
export class SetUpStage {
  readonly files: Folder;
  setUp: SetUp;
  readonly #bench: LinkBench;

  constructor(bench: LinkBench) {
    this.#bench = bench;
    this.files = new Folder(bench.home);
    this.setUp = this.#make("direct", PATIENT);
  }

  /** Takes another way to Home Assistant. */
  reach(kind: "supervisor" | "direct"): void {
    this.setUp.stop();
    this.setUp = this.#make(kind, PATIENT);
  }

  /** Gives up soon. */
  lackPatience(): void {
    this.setUp.stop();
    this.setUp = this.#make("direct", { ...PATIENT, leaveMs: 500, backMs: 200, addMs: 300, linkMs: 300 });
  }

  #make(kind: "supervisor" | "direct", timing: SetUpTiming): SetUp {
    const { home, picture } = this.#bench;
    return new SetUp({
      target: { kind, url: home.url, token: home.token },
      core: () => this.#bench.link,
      integration: this.files,
      gateway_id: aGateway().id,
      picture,
      clock: systemClock,
      log: SILENT,
      timing,
    });
  }

  /** What the latest press has come to. */
  async ended(): Promise<SetUpState> {
    const { picture } = this.#bench;
    return await new Promise((resolve) => {
      const look = (): void => {
        const { set_up } = picture.gateway.link;
        if (set_up === null || set_up.ended_at === null) return;
        unsubscribe();
        resolve(set_up);
      };
      const unsubscribe = picture.subscribe(look);
      look();
    });
  }
}

export interface CurrentSetUp {
  readonly bench: LinkBench;
  readonly home: FakeHomeAssistant;
  readonly stage: SetUpStage;
  readonly files: Folder;
}

/** Gives each test of a file a stage. */
export function setUpForEach(): () => CurrentSetUp {
  const current = benchForEach();
  let stage: SetUpStage;
  beforeEach(() => {
    stage = new SetUpStage(current().bench);
  });
  afterEach(() => stage.setUp.stop());
  return () => ({ ...current(), stage, files: stage.files });
}

/** Home Assistant's folder for integrations, and its restart. */
export class Folder implements IntegrationDesk {
  status: IntegrationState["status"] = "absent";
  /** Home Assistant has not been restarted since. */
  isWaiting = false;
  readonly done: string[] = [];
  fails: Problem | null = null;
  /** Home Assistant cannot load what lies there. */
  isBroken = false;
  restarts: "and comes back" | "not" | "for ever" = "and comes back";
  readonly #home: FakeHomeAssistant;

  constructor(home: FakeHomeAssistant) {
    this.#home = home;
  }

  async state(): Promise<IntegrationState> {
    return {
      status: this.status,
      installed_version: null,
      bundled_version: "0.1.0",
      installed_by: null,
      restart_needed: this.isWaiting,
      message: `The folder is ${this.status}.`,
    };
  }

  async install(): Promise<IntegrationState> {
    if (this.fails) throw this.fails;
    this.status = "installed";
    this.isWaiting = true;
    this.done.push("install");
    return await this.state();
  }

  async restartHomeAssistant(): Promise<void> {
    this.done.push("restart");
    if (this.restarts === "not") return;
    await this.#home.stop();
    this.isWaiting = false;
    this.#home.installed = !this.isBroken;
    if (this.restarts !== "and comes back") return;
    this.#home.state = "STARTING";
    await this.#home.start();
    setTimeout(() => (this.#home.state = "RUNNING"), 50).unref();
  }
}

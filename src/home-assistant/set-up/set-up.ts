import type { Clock } from "../../clock.ts";
import { sleep } from "../../clock.ts";
import type { IntegrationDesk } from "../../integration/integration-state.ts";
import type { Log } from "../../log.ts";
import { Problem } from "../../problem.ts";
import type { ProxySettings } from "../../outgoing/proxy.ts";
import type { HomeAssistantTarget } from "../../settings/settings.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { LinkStatus } from "../../state/picture.ts";
import type { Asker, SetUpDesk, SetUpPlan, SetUpState, SetUpStep } from "../../state/set-up.ts";
import type { Core } from "../connection/core.ts";
import { CoreError } from "../connection/core.ts";
import { CoreRest } from "../connection/rest.ts";
import { ConfigFlow } from "./config-flow.ts";
import type { FlowEnd } from "./flow-answer.ts";
import { openStep } from "./open-step.ts";
import { planSetUp } from "./plan.ts";
import { lookAtCore } from "./situation.ts";
import type { Away, Situation } from "./situation.ts";
import { phrase } from "../../said/phrase.ts";

/** All in milliseconds. */
export interface SetUpTiming {
  /** Between two looks at Home Assistant while a set-up is under way. */
  readonly lookEveryMs: number;
  /** For Home Assistant to go down once it was asked to restart. */
  readonly leaveMs: number;
  /** For it to be back: slow machines with many integrations take minutes. */
  readonly backMs: number;
  /** For adding the integration, and for the link after that. */
  readonly addMs: number;
  readonly linkMs: number;
}

const USUAL_TIMING: SetUpTiming = {
  lookEveryMs: 1_000,
  leaveMs: 2 * 60_000,
  backMs: 20 * 60_000,
  addMs: 2 * 60_000,
  linkMs: 2 * 60_000,
};

export interface SetUpOptions {
  readonly target: HomeAssistantTarget;
  /** Through which a direct target is reached; default: straight. */
  readonly proxies?: ProxySettings | null;
  /** Null before the link has been made. */
  readonly core: () => Pick<Core, "call"> | null;
  readonly integration: IntegrationDesk;
  readonly gateway_id: string;
  readonly picture: LivePicture;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing?: Partial<SetUpTiming>;
}

const UNDER_WAY: Readonly<Record<SetUpStep, string>> = {
  install: phrase("set_up_installing"),
  restart: phrase("set_up_restarting"),
  stop_ignoring: phrase("set_up_unignoring"),
  add: phrase("set_up_adding"),
  link: phrase("set_up_waiting"),
};

/** So many looks without an answer are no hiccup of the connection. */
const LOOKS_THAT_TELL = 5;
/** Ends of a link that waiting does not change. */
const CLOSED: ReadonlySet<LinkStatus> = new Set(["other_gateway", "protocol_mismatch", "token_refused"]);

/**
 * Does what one press of the page's button asks for, from the integration's files to the link. It lives here and not in
 * the page, because the page may be reloaded, and is gone for a while where it is shown within a Home Assistant that
 * restarts. The picture shows how far it is. A restart of the gateway ends it: then the button is there again.
 */
export class SetUp implements SetUpDesk {
  readonly #options: SetUpOptions;
  readonly #timing: SetUpTiming;
  readonly #log: Log;
  readonly #flow: ConfigFlow;
  readonly #stopped = new AbortController();

  constructor(options: SetUpOptions) {
    this.#options = options;
    this.#timing = { ...USUAL_TIMING, ...options.timing };
    this.#log = options.log.part("set-up");
    this.#flow = new ConfigFlow(new CoreRest({ ...options, signal: this.#stopped.signal }));
  }

  async plan(): Promise<SetUpPlan> {
    const [files, core] = await Promise.all([this.#options.integration.state(), this.#look()]);
    return planSetUp({ link: this.#link, core, files });
  }

  async begin(agreed: readonly SetUpStep[], asker: Asker): Promise<SetUpState> {
    if (this.#underWay !== null) return this.#underWay;
    const { refusal, steps } = await this.plan();
    // One that began meanwhile.
    if (this.#underWay !== null) return this.#underWay;
    if (refusal !== null) {
      const retryable = refusal.code === "home_assistant_unreachable";
      throw new Problem(refusal.code, refusal.message, { retryable });
    }
    if (!steps.every((step) => agreed.includes(step))) {
      throw new Problem("set_up_changed", phrase("set_up_more"));
    }
    this.#log.info("The gateway is being set up in Home Assistant, as asked for.", {
      steps: steps.join(", "),
      by: asker.by,
      user_name: asker.user_name,
    });
    const begun = this.#say({ steps, step: null, message: "", error: null, started_at: this.#now, ended_at: null });
    void this.#run(begun, asker);
    return this.#link.set_up ?? begun;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Never rejects. */
  async #run(begun: SetUpState, asker: Asker): Promise<void> {
    let state = begun;
    try {
      for (const step of begun.steps) {
        state = this.#say({ ...begun, step, message: UNDER_WAY[step] });
        await this.#do(step, asker);
      }
      const message = this.#link.status === "linked" ? phrase("set_up_linked") : phrase("set_up_nothing_left");
      this.#say({ ...begun, step: null, message, ended_at: this.#now });
      this.#log.info("The gateway is set up in Home Assistant.");
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      const known = error instanceof Problem ? error : null;
      if (known === null) this.#log.error("Setting up in Home Assistant failed because of a bug.", { error });
      const code = known?.code ?? "internal";
      const message = known?.message ?? phrase("internal");
      this.#say({ ...state, message, error: { code, message }, ended_at: this.#now });
      this.#log.warn(`The gateway could not be set up in Home Assistant: ${message}`, { step: state.step });
    }
  }

  async #do(step: SetUpStep, asker: Asker): Promise<void> {
    switch (step) {
      case "install":
        await this.#options.integration.install(asker);
        return;
      case "restart":
        return await this.#restart(asker);
      case "stop_ignoring":
      case "add":
        return await this.#until(this.#timing.addMs, (late) => this.#add(step, late));
      case "link":
        return await this.#until(this.#timing.linkMs, (late) => Promise.resolve(this.#isLinked(late)));
    }
  }

  async #restart(asker: Asker): Promise<void> {
    // Somebody may have restarted it meanwhile.
    if (await this.#runsWhatIsInstalled(await this.#look())) return;
    await this.#options.integration.restartHomeAssistant(asker);
    let unanswered = 0;
    await this.#until(this.#timing.leaveMs, async (late) => {
      late(phrase("set_up_no_restart"));
      const core = await this.#look();
      // It checks its configuration first, which may take longer than the connection waits for an answer.
      unanswered = core === null ? unanswered + 1 : 0;
      if (unanswered >= LOOKS_THAT_TELL || (core !== null && isAway(core))) return true;
      // It may be quicker than a look.
      return await this.#runsWhatIsInstalled(core);
    });
    await this.#until(this.#timing.backMs, async (late) => {
      late(phrase("set_up_not_back"));
      return !isAway(await this.#look());
    });
  }

  async #runsWhatIsInstalled(core: Situation | null): Promise<boolean> {
    if (isAway(core) || core.kind === "not_installed") return false;
    return !(await this.#options.integration.state()).restart_needed;
  }

  /** One attempt at what comes next; true once it is done. @throws Problem where no further attempt helps */
  async #add(goal: "stop_ignoring" | "add", late: (message: string) => void): Promise<boolean> {
    const core = await this.#look();
    if (isAway(core)) return false;
    switch (core.kind) {
      case "setting_up":
        return true;
      case "ignored":
        if (goal === "add") throw refused(phrase("set_up_ignored"));
        if (core.entry_id === null) throw refused(openStep(core).message);
        return hasEnded(await this.#flow.stopIgnoring(core.entry_id), late);
      case "not_installed": {
        const message = phrase("set_up_without_integration");
        throw new Problem("integration_missing", message);
      }
      case "disabled":
      case "not_running":
        throw refused(openStep(core).message);
      case "offered":
      case "no_entry": {
        if (goal === "stop_ignoring") return true;
        const flow_id = core.kind === "offered" ? core.flow_id : null;
        return hasEnded(await (flow_id === null ? this.#flow.start() : this.#flow.confirm(flow_id)), late);
      }
    }
  }

  #isLinked(late: (message: string) => void): boolean {
    const { status, message } = this.#link;
    if (CLOSED.has(status)) throw refused(message);
    late(message);
    return status === "linked";
  }

  /**
   * Attempts until one is true. @param attempt is handed what tells why it was false, for the time that is too late
   * @throws Problem `home_assistant_unreachable` when it is too late, and what the attempt throws
   */
  async #until(limitMs: number, attempt: (late: (message: string) => void) => Promise<boolean>): Promise<void> {
    const { clock } = this.#options;
    const ends = clock.monotonic() + limitMs;
    let why = phrase("set_up_silent");
    const late = (message: string): void => {
      why = message;
    };
    while (!(await attempt(late))) {
      if (clock.monotonic() >= ends) throw new Problem("home_assistant_unreachable", why, { retryable: true });
      await sleep(clock, this.#timing.lookEveryMs, this.#stopped.signal);
    }
  }

  /** Null while Home Assistant cannot be asked. */
  async #look(): Promise<Situation | null> {
    const { core, gateway_id } = this.#options;
    try {
      const asked = core();
      return asked && (await lookAtCore(asked, gateway_id));
    } catch (error) {
      if (error instanceof CoreError) return null;
      throw error;
    }
  }

  #say(set_up: SetUpState): SetUpState {
    this.#options.picture.update({ gateway: { link: { ...this.#link, set_up } } });
    return set_up;
  }

  get #underWay(): SetUpState | null {
    const { set_up } = this.#link;
    return set_up?.ended_at === null ? set_up : null;
  }

  get #link(): LivePicture["gateway"]["link"] {
    return this.#options.picture.gateway.link;
  }

  get #now(): number {
    return this.#options.clock.now();
  }
}

function isAway(core: Situation | null): core is Away | null {
  return core === null || core.kind === "starting" || core.kind === "stopping";
}

/** True where it is done. @throws Problem where it was refused */
function hasEnded(end: FlowEnd, late: (message: string) => void): boolean {
  if (end.kind === "done") return true;
  if (end.kind === "refused") throw refused(end.message);
  late(end.message);
  return false;
}

function refused(message: string): Problem {
  return new Problem("home_assistant_refused", message);
}

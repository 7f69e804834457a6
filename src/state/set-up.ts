import type { ProblemCode } from "../problem.ts";
import type { Worded } from "../said/said.ts";

/** Who asks, for the log. */
export interface Asker {
  readonly by: string;
  readonly user_name: string | null;
}

/** What has to be done for locks in Home Assistant, in this order; each only where it is needed. */
export const SET_UP_STEPS = ["install", "restart", "stop_ignoring", "add", "link"] as const;
/**
 * - `install`: put this gateway's integration into Home Assistant's folder, or bring it up to date.
 * - `restart`: restart Home Assistant, which looks for new integrations when it starts.
 * - `stop_ignoring`: delete the entry with which Home Assistant was told to ignore the gateway.
 * - `add`: confirm the gateway that Home Assistant has discovered, or add the integration by its name.
 * - `link`: wait until Home Assistant shows the locks.
 */
export type SetUpStep = (typeof SET_UP_STEPS)[number];

export interface SetUpError extends Worded {
  readonly code: ProblemCode;
}

/** What a press of the button would do now. */
export interface SetUpPlan {
  /** Empty where nothing is to be done, or nothing can be. */
  readonly steps: readonly SetUpStep[];
  /** Why the button would do nothing, and what to do instead. */
  readonly refusal: SetUpError | null;
}

/** What has become of the latest press. */
export interface SetUpState extends Worded {
  /** What was agreed to. */
  readonly steps: readonly SetUpStep[];
  /** The one under way, or at which it ended; null once all are done. */
  readonly step: SetUpStep | null;
  readonly error: SetUpError | null;
  readonly started_at: number;
  /** Null while it is under way. */
  readonly ended_at: number | null;
}

/** Sets the gateway up in Home Assistant: what the page's button asks for, and nothing else ever does. */
export interface SetUpDesk {
  /** Never rejects. */
  plan(): Promise<SetUpPlan>;
  /**
   * Begins what is needed, goes on by itself over a restart of Home Assistant, and does nothing that is not in `steps`.
   * Resolves when it has begun; asked again while it is under way, it begins nothing new.
   * @throws Problem `home_assistant_unreachable`, `home_assistant_refused`, `integration_missing`, `set_up_changed`
   */
  begin(steps: readonly SetUpStep[], asker: Asker): Promise<SetUpState>;
}

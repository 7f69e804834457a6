import type { Problem } from "../../../src/problem.ts";
import type { Asker, SetUpDesk, SetUpPlan, SetUpState, SetUpStep } from "../../../src/state/set-up.ts";

export const BEGUN: SetUpState = {
  steps: ["add", "link"],
  step: "add",
  message: "Adding the integration in Home Assistant.",
  error: null,
  started_at: 1,
  ended_at: null,
};

/** Remembers what was asked for, and does nothing. */
export class MemorySetUp implements SetUpDesk {
  readonly asked: (readonly [steps: readonly SetUpStep[], asker: Asker])[] = [];
  fault: Problem | null = null;

  async plan(): Promise<SetUpPlan> {
    return { steps: ["add", "link"], refusal: null };
  }

  async begin(steps: readonly SetUpStep[], asker: Asker): Promise<SetUpState> {
    if (this.fault) throw this.fault;
    this.asked.push([steps, asker]);
    return BEGUN;
  }
}

import type { LinkState } from "../../../src/state/picture.ts";
import type { SetUpPlan, SetUpState, SetUpStep } from "../../../src/state/set-up.ts";
import { linked } from "./link-states.ts";

const UNDER_WAY: Readonly<Record<SetUpStep, string>> = {
  install: "Putting the U-tec Gateway integration into Home Assistant.",
  restart: "Home Assistant is restarting. This takes a minute or two.",
  stop_ignoring: "Ending that Home Assistant ignores the gateway.",
  add: "Adding the integration in Home Assistant.",
  link: "The integration is there: waiting for the link.",
};

/** Sets the gateway up in a Home Assistant that is not there. */
export class MockSetUp {
  /** What a press would do; null: what the link's status asks for. */
  plan: SetUpPlan | null = null;
  /** Refuses a press with this. */
  refusal: { readonly code: string; readonly detail: string } | null = null;
  /** Stays at this step until `go` is called. */
  holdAt: SetUpStep | null = null;
  readonly #link: () => LinkState;
  readonly #show: (link: LinkState) => void;
  #go: (() => void) | null = null;

  constructor(link: () => LinkState, show: (link: LinkState) => void) {
    this.#link = link;
    this.#show = show;
  }

  answer(method: string, steps: readonly SetUpStep[]): { readonly status: number; readonly body: object } {
    if (method !== "POST") return { status: 200, body: this.plan ?? this.#usualPlan() };
    if (this.refusal !== null) return { status: 409, body: this.refusal };
    const begun: SetUpState = {
      steps,
      step: null,
      message: "",
      error: null,
      started_at: Date.now(),
      ended_at: null,
    };
    void this.#run(begun);
    return { status: 202, body: begun };
  }

  /** Goes on from where it was held, or ends there with an error. */
  go(message: string | null = null): void {
    this.holdAt = null;
    const set_up = this.#link().set_up;
    if (message !== null && set_up !== null) {
      this.#go = null;
      const error = { code: "home_assistant_refused", message } as const;
      this.#show({ ...this.#link(), set_up: { ...set_up, message, error, ended_at: Date.now() } });
      return;
    }
    this.#go?.();
  }

  #usualPlan(): SetUpPlan {
    const { status } = this.#link();
    if (status === "integration_missing") return { steps: ["install", "restart", "add", "link"], refusal: null };
    return { steps: status === "integration_not_set_up" ? ["add", "link"] : [], refusal: null };
  }

  async #run(begun: SetUpState): Promise<void> {
    for (const step of begun.steps) {
      this.#show({ ...this.#link(), set_up: { ...begun, step, message: UNDER_WAY[step] } });
      await new Promise<void>((resolve) => {
        if (this.holdAt === step) this.#go = resolve;
        else setTimeout(resolve, 50);
      });
    }
    const now = Date.now();
    const done = { ...begun, message: "Home Assistant is linked.", ended_at: now };
    this.#show({ ...linked(now), since_at: now, set_up: done });
  }
}

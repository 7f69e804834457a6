import type { LinkState, LinkStatus } from "../../../src/state/picture.ts";
import { SET_UP_STEPS } from "../../../src/state/set-up.ts";
import type { SetUpStep } from "../../../src/state/set-up.ts";
import { say } from "./language/words.ts";

export type StepState = "done" | "busy" | "failed" | "open";

export interface LinkStep {
  readonly title: string;
  readonly state: StepState;
  readonly detail: string;
}

/** How many of the four steps are done at a status, and the state of the next one. */
const PROGRESS: Readonly<Record<LinkStatus, readonly [done: number, next: StepState]>> = {
  not_configured: [0, "open"],
  connecting: [0, "busy"],
  core_starting: [0, "busy"],
  token_refused: [0, "failed"],
  integration_missing: [1, "open"],
  protocol_mismatch: [1, "failed"],
  integration_not_set_up: [2, "open"],
  other_gateway: [2, "failed"],
  linked: [4, "done"],
};

/** How many are done while the button's press is at a step. */
const UNDER_WAY: Readonly<Record<SetUpStep, number>> = { install: 1, restart: 1, stop_ignoring: 2, add: 2, link: 3 };

/** Everything that has to be in place for locks on the dashboards, in order. */
export function linkSteps(link: LinkState, since: string): readonly LinkStep[] {
  const pressed = link.status === "linked" && link.set_up?.ended_at !== null ? null : knownStep(link);
  const ended = link.set_up?.ended_at !== null;
  const [done, next] = pressed === null ? progressOf(link) : ([UNDER_WAY[pressed], ended ? "failed" : "busy"] as const);
  const { home_assistant_version: version, integration_version: integration } = link;
  return [
    {
      title: say("set_up.step_connected"),
      done: version ? `Home Assistant ${version}` : "Home Assistant",
    },
    {
      title: say("set_up.step_integration"),
      done: integration ? say("set_up.version", { version: integration }) : say("set_up.installed"),
    },
    { title: say("set_up.step_set_up"), done: say("set_up.devices_added") },
    { title: say("set_up.step_live"), done: say("set_up.since", { since }) },
  ].map((step, index) => {
    const state = index < done ? "done" : index === done ? next : "open";
    const words = state === "busy" && pressed !== null ? say(`set_up.doing_${pressed}`) : say(`set_up.state_${state}`);
    return { title: step.title, state, detail: state === "done" ? step.done : words };
  });
}

/** Of a newer gateway: what it is at is not known here, but its sentence stands above the steps. */
function progressOf({ status }: LinkState): readonly [done: number, next: StepState] {
  const known: Readonly<Partial<Record<string, readonly [number, StepState]>>> = PROGRESS;
  return known[status] ?? [0, "busy"];
}

function knownStep({ set_up }: LinkState): SetUpStep | null {
  return SET_UP_STEPS.find((known) => known === set_up?.step) ?? null;
}

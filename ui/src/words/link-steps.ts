import type { LinkState, LinkStatus } from "../../../src/state/picture.ts";
import type { SetUpStep } from "../../../src/state/set-up.ts";

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

/** How many are done while the button's press is at a step, and what is being done. */
const UNDER_WAY: Readonly<Record<SetUpStep, readonly [done: number, words: string]>> = {
  install: [1, "installing …"],
  restart: [1, "Home Assistant restarts …"],
  stop_ignoring: [2, "adding …"],
  add: [2, "adding …"],
  link: [3, "connecting …"],
};

const STATE_WORDS: Readonly<Record<StepState, string>> = {
  done: "done",
  busy: "under way",
  failed: "needs attention",
  open: "to do",
};

/** Everything that has to be in place for locks on the dashboards, in order. */
export function linkSteps(link: LinkState, since: string): readonly LinkStep[] {
  const pressed = link.status === "linked" && link.set_up?.ended_at !== null ? null : (link.set_up?.step ?? null);
  const ended = link.set_up?.ended_at !== null;
  const [done, next] =
    pressed === null ? PROGRESS[link.status] : ([UNDER_WAY[pressed][0], ended ? "failed" : "busy"] as const);
  const version = link.home_assistant_version;
  const integration = link.integration_version;
  return [
    { title: "Connected", done: version === null ? "Home Assistant" : `Home Assistant ${version}` },
    { title: "Integration", done: integration === null ? "installed" : `version ${integration}` },
    { title: "Set up", done: "devices added" },
    { title: "Live", done: `since ${since}` },
  ].map((step, index) => {
    const state = index < done ? "done" : index === done ? next : "open";
    const words = state === "busy" && pressed !== null ? UNDER_WAY[pressed][1] : STATE_WORDS[state];
    return { title: step.title, state, detail: state === "done" ? step.done : words };
  });
}

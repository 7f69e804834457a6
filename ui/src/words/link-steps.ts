import type { LinkState, LinkStatus } from "../../../src/state/picture.ts";

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

const STATE_WORDS: Readonly<Record<StepState, string>> = {
  done: "done",
  busy: "under way",
  failed: "needs attention",
  open: "to do",
};

/** Everything that has to be in place for locks on the dashboards, in order. */
export function linkSteps(link: LinkState, since: string): readonly LinkStep[] {
  const [done, next] = PROGRESS[link.status];
  const version = link.home_assistant_version;
  const integration = link.integration_version;
  return [
    { title: "Connected", done: version === null ? "Home Assistant" : `Home Assistant ${version}` },
    { title: "Integration", done: integration === null ? "installed" : `version ${integration}` },
    { title: "Set up", done: "devices added" },
    { title: "Live", done: `since ${since}` },
  ].map((step, index) => {
    const state = index < done ? "done" : index === done ? next : "open";
    return { title: step.title, state, detail: state === "done" ? step.done : STATE_WORDS[state] };
  });
}

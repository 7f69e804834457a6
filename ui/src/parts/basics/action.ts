import { mdiClose } from "@mdi/js";
import { html, nothing } from "lit";
import type { ReactiveController, ReactiveControllerHost, TemplateResult } from "lit";
import { ApiProblem } from "../../live/api.ts";
import { told } from "../../words/said.ts";
import { say } from "../../words/language/words.ts";
import { icon } from "./icon.ts";
import { REFUSAL_ID } from "./refusal.ts";

/** How long a finished action shows that it is done. */
const DONE_MS = 4000;

export type ActionState = "idle" | "busy" | "done" | "failed";

/** Something that a person asked for: whether it is under way, and how it ended. */
export class Action implements ReactiveController {
  state: ActionState = "idle";
  /** Why the latest attempt failed; stays until it is dismissed, or the next attempt. */
  problem: ApiProblem | null = null;
  /** How long the gateway wants no other attempt; 0: not at all, or no longer. */
  waitS = 0;
  readonly #host: ReactiveControllerHost;
  #timer: number | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    window.clearTimeout(this.#timer);
  }

  /** Runs `task` unless one is running; resolves with its value, or null when it failed. Never rejects for an ApiProblem. */
  async run<T>(task: () => Promise<T>): Promise<T | null> {
    if (this.state === "busy") return null;
    window.clearTimeout(this.#timer);
    this.problem = null;
    this.waitS = 0;
    this.#enter("busy");
    try {
      const value = await task();
      this.#enter("done");
      this.#timer = window.setTimeout(() => this.#enter("idle"), DONE_MS);
      return value;
    } catch (error) {
      this.#enter("failed");
      if (!(error instanceof ApiProblem)) throw error;
      this.problem = error;
      this.#wait(Math.ceil(error.retryAfterS ?? 0));
      return null;
    }
  }

  /** Forgets how the latest attempt ended. */
  reset(): void {
    window.clearTimeout(this.#timer);
    this.problem = null;
    this.waitS = 0;
    this.#enter("idle");
  }

  /** Counts down. */
  #wait(seconds: number): void {
    if (seconds <= 0) return;
    const endsAt = Date.now() + seconds * 1000;
    const count = (): void => {
      this.waitS = Math.ceil((endsAt - Date.now()) / 1000);
      if (this.waitS > 0) this.#timer = window.setTimeout(count, 1000);
      else this.waitS = 0;
      this.#host.requestUpdate();
    };
    count();
  }

  #enter(state: ActionState): void {
    this.state = state;
    this.#host.requestUpdate();
  }
}

export interface ActionButton {
  readonly label: string;
  readonly busy: string;
  readonly done: string;
  /** Any of the button classes: `filled`, `danger`, `plain`. */
  readonly look?: string;
  readonly disabled?: boolean;
  /** Why this person may not press it, said beside it by `refusalTemplate`; null if they may. */
  readonly refusal?: string | null;
  /** True if it is known to be under way although nobody pressed this button. */
  readonly underWay?: boolean;
  readonly press: () => void;
}

/** A button with words for each state; it is always as wide as the longest, so that nothing jumps. */
export function actionButton(action: Action, look: ActionButton): TemplateResult {
  const shown =
    action.state === "busy" || look.underWay === true ? look.busy : action.state === "done" ? look.done : look.label;
  const refused = (look.refusal ?? null) !== null;
  const blocked = refused || look.disabled === true || shown === look.busy || action.waitS > 0;
  // Not `disabled` while busy: the focus would be lost to the body. Nor when refused: why is read out with the button.
  return html`<button
    type="button"
    class="button ${look.look ?? ""}"
    ?disabled=${look.disabled === true && !refused}
    aria-disabled=${blocked ? "true" : "false"}
    aria-describedby=${refused ? REFUSAL_ID : nothing}
    @click=${blocked ? undefined : look.press}
  >
    ${[...new Set([look.label, look.busy, look.done])].map(
      (words) => html`<span aria-hidden=${words === shown ? "false" : "true"}>${words}</span>`,
    )}
  </button>`;
}

/** Why the action failed, where it did, with a button for who has read it. */
export function actionProblem(action: Action): TemplateResult | null {
  const { problem } = action;
  if (problem === null) return null;
  return html`<div class="failed">
    <p class="problem" role="alert" aria-atomic="false">${reason(problem, action.waitS)}</p>
    <button
      type="button"
      class="dismiss"
      aria-label=${say("page.dismiss")}
      title=${say("page.dismiss")}
      @click=${(event: Event) => {
        focusBeside(event.currentTarget);
        action.reset();
      }}
    >
      ${icon(mdiClose)}
    </button>
  </div>`;
}

function reason(problem: ApiProblem, waitS: number): string | readonly unknown[] {
  const words = told(problem);
  if (problem.retryAfterS === null) return words;
  // What may be tried again is no problem any more.
  if (waitS === 0) return say("page.try_again_now");
  const [, before, after] = new RegExp(`^(.*)\\b${problem.retryAfterS}\\b(.*)$`, "s").exec(words) ?? [];
  // Read out once, not each second.
  return before === undefined ? words : [before, html`<span aria-live="off">${waitS}</span>`, after];
}

/** What goes takes the focus with it: to the button or field that stands before it, or else behind it. */
function focusBeside(element: EventTarget | null): void {
  if (!(element instanceof HTMLElement)) return;
  const root = element.getRootNode();
  if (!(root instanceof ShadowRoot)) return;
  const all = [...root.querySelectorAll<HTMLElement>("a.button, button:not(:disabled), input, select, textarea")];
  const at = all.indexOf(element);
  const isButton = (one: HTMLElement): boolean => one.matches(".button");
  (all.slice(0, at).findLast(isButton) ?? all.slice(at + 1).find(isButton) ?? all[at - 1] ?? all[at + 1])?.focus();
}

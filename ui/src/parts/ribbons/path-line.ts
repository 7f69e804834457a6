import {
  mdiCheck,
  mdiClose,
  mdiCloudOutline,
  mdiDotsHorizontal,
  mdiHomeAssistant,
  mdiKeyVariant,
  mdiLockOutline,
  mdiRouterNetwork,
} from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { headlineOf } from "../../words/headline/headline.ts";
import { isSaidBy } from "../../words/headline/headline-parts.ts";
import { say } from "../../words/language/words.ts";
import { leadsToWizard } from "../../live/place.ts";
import { Action, actionButton, actionProblem } from "../basics/action.ts";
import { icon } from "../basics/icon.ts";
import { linkButton, refusal, refusalTemplate } from "../basics/refusal.ts";
import { base, button, card } from "../basics/styles.ts";
import { PictureElement } from "../foundations/picture-element.ts";
import { pathOf } from "./path-links.ts";
import type { LinkHealth, PathHelp, PathLink, PathNode } from "./path-links.ts";

const ICONS: Readonly<Record<PathNode, string>> = {
  home_assistant: mdiHomeAssistant,
  gateway: mdiRouterNetwork,
  token: mdiKeyVariant,
  cloud: mdiCloudOutline,
  lock: mdiLockOutline,
};
/** In the middle of a link, so that its health is read without colours, too. */
const SIGNS: Readonly<Record<LinkHealth, string | null>> = {
  well: mdiCheck,
  waiting: mdiDotsHorizontal,
  broken: mdiClose,
  hidden: null,
  off: null,
};

/** The way from Home Assistant to the locks: one line where all is well, and the broken link where not, with its button unless that stands above. */
export class PathLine extends PictureElement {
  readonly #act = new Action(this);

  static override styles = [
    base,
    card,
    button,
    refusal,
    css`
      .card {
        display: grid;
        gap: 12px;
        padding-block: 10px;
      }
      ol {
        display: flex;
        align-items: start;
      }
      .node {
        display: grid;
        flex: 0 1 auto;
        justify-items: center;
        gap: 2px;
        min-width: 0;
        font-size: 0.87em;
        text-align: center;
      }
      .node .icon {
        width: 24px;
        height: 24px;
        color: var(--muted);
      }
      .link {
        position: relative;
        flex: 1 1 12px;
        min-width: 18px;
        height: 24px;
        margin-inline: 4px;
      }
      .link::before {
        position: absolute;
        inset: 11px 0 auto;
        border-top: 2px solid var(--good);
        content: "";
      }
      .sign {
        position: absolute;
        top: 3px;
        left: calc(50% - 9px);
        display: grid;
        place-items: center;
        width: 18px;
        height: 18px;
        border-radius: 50%;
        background: var(--good-tint);
        color: var(--good-ink);
      }
      .sign .icon {
        width: 14px;
        height: 14px;
      }
      .waiting::before {
        border-top: 2px dotted var(--warn-ink);
      }
      .waiting .sign {
        background: var(--warn-tint);
        color: var(--warn-ink);
      }
      .broken::before {
        border-top: 3px dashed var(--bad);
      }
      .broken .sign {
        background: var(--bad-tint);
        color: var(--bad-ink);
      }
      :is(.hidden, .off)::before {
        border-top: 2px dotted var(--field);
      }
      .said {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
        white-space: nowrap;
      }
      .trouble {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 14px;
        align-items: center;
      }
      .trouble p {
        flex: 1 1 14em;
      }
      .node span {
        overflow-wrap: normal;
      }
      @media (width < 480px) {
        .card {
          padding-inline: 6px;
        }
        .node {
          font-size: 0.7em;
        }
        .link {
          flex-basis: 6px;
          min-width: 12px;
          margin-inline: 0;
        }
        .trouble {
          padding-inline: 8px;
        }
      }
    `,
  ];

  override render(): TemplateResult | null {
    const links = pathOf(this.picture);
    if (links.length === 0) return null;
    // Above it stands the sentence of the page: what that says is only drawn here.
    const headline = headlineOf(this.picture, this.now);
    const troubles = links.filter((link) => link.words !== "" && !isSaidBy(headline, link));
    return html`<section class="card" aria-label=${say("ribbons.path")}>
      <ol>
        ${this.#node("home_assistant")} ${links.flatMap((link) => [this.#link(link), this.#node(link.node)])}
      </ol>
      ${troubles.map((link) => this.#trouble(link))}
      ${refusalTemplate(troubles.map((link) => this.#refusal(link)).find((why) => why !== null) ?? null)}
      ${actionProblem(this.#act)}
    </section>`;
  }

  #node(node: PathNode): TemplateResult {
    return html`<li class="node">
      ${icon(ICONS[node])}<span>${node === "home_assistant" ? "Home Assistant" : say(`ribbons.node_${node}`)}</span>
    </li>`;
  }

  #link({ health }: PathLink): TemplateResult {
    const sign = SIGNS[health];
    return html`<li class="link ${health}">
      ${sign === null ? null : html`<span class="sign">${icon(sign)}</span>`}
      <span class="said">${say(`ribbons.health_${health}`)}</span>
    </li>`;
  }

  #trouble(link: PathLink): TemplateResult {
    const { words, help } = link;
    return html`<div class="trouble">
      <p>${words}</p>
      ${help === null ? null : this.#button(help, this.#refusal(link))}
    </div>`;
  }

  /** To look at what is on this place anyway needs nobody's leave. */
  #refusal({ help }: PathLink): string | null {
    if (help === null || help.kind === "set_up" || (help.kind === "link" && !leadsToWizard(help.href))) return null;
    return this.store.refusal("POST", "/api/devices/discover");
  }

  #button(help: PathHelp, why: string | null): TemplateResult {
    const { api } = this.store;
    switch (help.kind) {
      case "link":
        return linkButton({ href: help.href, label: help.label, refusal: why });
      case "set_up":
        return html`<button type="button" class="button" @click=${this.#showSetUp}><span>${help.label}</span></button>`;
      case "refresh":
        return this.#acting(help.label, why, () => api.refresh(help.accountId));
      case "discover":
        return this.#acting(help.label, why, () => api.discover());
    }
  }

  #acting(label: string, why: string | null, act: () => Promise<unknown>): TemplateResult {
    return actionButton(this.#act, {
      label,
      busy: say("ribbons.asking"),
      done: label,
      disabled: this.stale,
      refusal: why,
      press: () => void this.#act.run(act),
    });
  }

  /** The card beside this one has all that there is to do. */
  readonly #showSetUp = (): void => {
    const root = this.getRootNode();
    const card = root instanceof ShadowRoot ? root.querySelector("utec-home-assistant-card") : null;
    card?.scrollIntoView({ block: "center" });
  };
}

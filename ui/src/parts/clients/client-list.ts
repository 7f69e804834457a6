import { css, html } from "lit";
import type { PropertyValues, TemplateResult } from "lit";
import type { BrokerState, NewClient } from "../../../../src/broker/broker-state.ts";
import type { AccountState } from "../../../../src/keeper/account.ts";
import type { Client } from "../../../../src/keeper/clients/client.ts";
import type { Store } from "../../live/store.ts";
import { brokerHost, clientScope, curlLine } from "./curl-line.ts";
import { Action, actionProblem } from "../basics/action.ts";
import { confirmation, confirmationTemplate } from "../basics/confirmation.ts";
import { refusal, refusalTemplate } from "../basics/refusal.ts";
import { base, button, card } from "../basics/styles.ts";
import { say, sayWith } from "../../words/language/words.ts";
import { told } from "../../words/said.ts";
import { WordedElement } from "../foundations/worded-element.ts";

/** The programs that ask APIs through the gateway: who they are, a new one with its token, and how one is revoked. */
export class ClientList extends WordedElement {
  static override properties = {
    store: { attribute: false },
    accounts: { attribute: false },
    now: { type: Number },
    stale: { type: Boolean },
    broker: { state: true },
    made: { state: true },
    revoking: { state: true },
    revoked: { state: true },
  };
  declare store: Store;
  declare accounts: readonly AccountState[];
  declare now: number;
  declare stale: boolean;
  /** Null until it was read. */
  declare broker: BrokerState | null;
  /** The client that was just added, with its token. */
  declare made: NewClient | null;
  /** The id of the client whose revocation is being confirmed. */
  declare revoking: string | null;
  /** The name of the client that was just revoked. */
  declare revoked: string | null;
  readonly #load = new Action(this);
  readonly #revoke = new Action(this);

  constructor() {
    super();
    this.broker = null;
    this.made = null;
    this.revoking = null;
    this.revoked = null;
  }

  static override styles = [
    base,
    card,
    button,
    confirmation,
    refusal,
    css`
      .yet {
        position: absolute;
      }
      .card,
      li {
        display: grid;
        gap: 12px;
      }
      ul {
        display: grid;
        gap: 16px;
      }
      .client {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 12px;
      }
      .client > div {
        flex: 1 1 16em;
        min-width: 0;
      }
      .made {
        display: grid;
        gap: 8px;
        padding: 14px;
        border-radius: 10px;
        background: var(--good-tint);
      }
      .made:focus {
        outline: none;
      }
      code {
        padding: 8px 12px;
        border-radius: 8px;
        background: var(--sunken);
        font: 400 14px/1.5 var(--mono);
        overflow-wrap: anywhere;
        user-select: all;
      }
      summary {
        width: fit-content;
        padding: 6px 0;
        color: var(--accent-ink);
        font-weight: 500;
        cursor: pointer;
      }
    `,
  ];

  override firstUpdated(): void {
    void this.#read();
  }

  override updated(changed: PropertyValues<this>): void {
    // The button that had the focus is gone: what took its place gets it.
    const [revoked, made] = [changed.get("revoking") ?? null, changed.get("made") ?? null];
    if (changed.has("made") && this.made !== null) this.#focus(".made");
    else if (changed.has("revoking") && this.revoking !== null) this.#focus(".confirmation");
    else if (revoked !== null) this.#focus(`#revoke-${revoked}, summary`);
    else if (made !== null) this.#focus("summary");
  }

  #focus(what: string): void {
    this.renderRoot.querySelector<HTMLElement>(what)?.focus();
  }

  override render(): TemplateResult {
    const why = this.store.refusal("POST", "/api/broker/clients");
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">${say("accounts.clients")}</h2>
      <p class="muted">${say("accounts.clients_about")}</p>
      ${actionProblem(this.#load)}
      ${this.broker?.problem ? html`<p class="problem" role="alert">${told({ ...this.broker, message: this.broker.problem })}</p>` : null}
      <p role="status" class=${this.revoked === null ? "yet" : ""}>
        ${this.revoked === null ? null : say("accounts.client_revoked_named", { name: this.revoked })}
      </p>
      ${
        this.broker?.clients.length
          ? html`<ul>
              ${this.broker.clients.map((client) => this.#client(client, why))}
            </ul>`
          : null
      }
      ${this.made === null ? null : this.#token(this.made)} ${refusalTemplate(why)}
      ${
        why === null
          ? html`<details>
              <summary>${say("accounts.client_add_one")}</summary>
              <utec-client-form
                .store=${this.store}
                .accounts=${this.accounts}
                .stale=${this.stale}
                @made=${this.#onMade}
              ></utec-client-form>
            </details>`
          : null
      }
    </section>`;
  }

  #client(client: Client, why: string | null): TemplateResult {
    const names = this.accounts.filter(({ id }) => client.accounts.includes(id)).map(({ name }) => name);
    return html`<li>
      <div class="client">
        <div>
          <h3>${client.name}</h3>
          <p class="muted">${clientScope(client, names)}</p>
        </div>
        ${
          why !== null || this.revoking === client.id
            ? null
            : html`<button
                type="button"
                id="revoke-${client.id}"
                class="button danger"
                aria-label=${say("accounts.client_revoke_named", { name: client.name })}
                ?disabled=${this.stale}
                @click=${() => {
                  this.#revoke.reset();
                  this.revoking = client.id;
                }}
              >
                <span>${say("accounts.client_revoke")}</span>
              </button>`
        }
      </div>
      ${this.revoking === client.id && why === null ? this.#confirmation(client) : null}
    </li>`;
  }

  #confirmation({ id, name }: Client): TemplateResult {
    return confirmationTemplate(this.#revoke, {
      question: say("accounts.client_revoke_question", { name }),
      loses: say("accounts.client_revoke_loses"),
      confirm: {
        label: say("accounts.client_revoke"),
        busy: say("accounts.client_revoking"),
        done: say("accounts.client_revoked"),
        look: "danger",
        press: () => void this.#confirmed(id, name),
      },
      cancel: () => {
        this.revoking = null;
      },
    });
  }

  #token({ client, token }: NewClient): TemplateResult {
    const behindIngress = this.store.session?.by === "ingress";
    const account = this.accounts.find(({ id }) => client.accounts.includes(id));
    const place = { host: brokerHost(behindIngress, location.hostname), port: this.broker?.port ?? 0, token };
    const line = curlLine(client, account?.name ?? "", place);
    return html`<div class="made" role="group" tabindex="-1" aria-labelledby="made">
      <p id="made">
        ${sayWith("accounts.client_token_once", { name: client.name, strong: (chunks) => html`<strong>${chunks}</strong>` })}
      </p>
      <code>${token}</code>
      <utec-copy-button .text=${token} label=${say("accounts.copy_token")}></utec-copy-button>
      <code>${line}</code>
      <utec-copy-button .text=${line} label=${say("accounts.copy_line")}></utec-copy-button>
      ${behindIngress ? html`<p class="muted">${say("accounts.host_name")}</p>` : null}
      <div>
        <button
          type="button"
          class="button"
          @click=${() => {
            this.made = null;
          }}
        >
          <span>${say("accounts.copied_it")}</span>
        </button>
      </div>
    </div>`;
  }

  readonly #onMade = ({ detail }: CustomEvent<NewClient>): void => {
    this.made = detail;
    const details = this.renderRoot.querySelector("details");
    if (details !== null) details.open = false;
    void this.#read();
  };

  async #confirmed(id: string, name: string): Promise<void> {
    const revoked = await this.#revoke.run(() => this.store.api.revokeClient(id));
    if (revoked === null) return;
    await this.#read();
    this.revoking = null;
    this.revoked = name;
    if (this.made?.client.id === id) this.made = null;
  }

  async #read(): Promise<void> {
    this.broker = (await this.#load.run(() => this.store.api.clients())) ?? this.broker;
  }
}

import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { NewClient } from "../../../../src/broker/broker-state.ts";
import type { AccountState } from "../../../../src/keeper/account.ts";
import { CLIENT_METHODS } from "../../../../src/keeper/clients/client.ts";
import type { Store } from "../../live/store.ts";
import { Action, actionButton, actionProblem } from "../basics/action.ts";
import { base, button, form } from "../basics/styles.ts";
import { textField, textFieldTemplate } from "../basics/text-field.ts";
import { tickField, tickFieldTemplate } from "../basics/tick-field.ts";
import { say } from "../../words/language/words.ts";
import { told } from "../../words/said.ts";
import { WordedElement } from "../foundations/worded-element.ts";

interface Draft {
  readonly name: string;
  /** The accounts that are ticked; none are by themselves, unless there is only one. */
  readonly accounts: ReadonlySet<string>;
  readonly prefix: string;
  readonly rate: string;
  readonly writes: boolean;
}

const EMPTY: Draft = { name: "", accounts: new Set(), prefix: "/", rate: "60", writes: false };
type TextName = "name" | "prefix" | "rate";
/** By the gateway's names. */
const FIELDS: ReadonlyMap<string, TextName> = new Map([
  ["name", "name"],
  ["path_prefixes", "prefix"],
  ["requests_per_minute", "rate"],
]);

/** What a new client may do. Tells its maker of the client with the event `made`. */
export class ClientForm extends WordedElement {
  static override properties = {
    store: { attribute: false },
    accounts: { attribute: false },
    stale: { type: Boolean },
    draft: { state: true },
  };
  declare store: Store;
  declare accounts: readonly AccountState[];
  declare stale: boolean;
  declare draft: Draft;
  readonly #add = new Action(this);

  constructor() {
    super();
    this.draft = EMPTY;
  }

  static override styles = [
    base,
    button,
    textField,
    tickField,
    form,
    css`
      fieldset {
        gap: 0;
      }
      legend {
        padding: 0;
        font-weight: 500;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<form novalidate @submit=${this.#submit}>
      ${this.#text("name")}
      <fieldset>
        <legend>${say("accounts.client_accounts")}</legend>
        ${this.accounts.map(({ id, name }) =>
          tickFieldTemplate({
            label: name,
            checked: this.#chosen.has(id),
            onChange: (checked) => {
              const accounts = new Set(this.#chosen);
              if (checked) accounts.add(id);
              else accounts.delete(id);
              this.#type({ accounts });
            },
          }),
        )}
      </fieldset>
      ${this.#text("prefix")} ${this.#text("rate")}
      ${tickFieldTemplate({
        label: say("accounts.client_writes"),
        checked: this.draft.writes,
        onChange: (writes) => this.#type({ writes }),
      })}
      ${this.#wrongField === null ? actionProblem(this.#add) : null}
      ${actionButton(this.#add, {
        label: say("accounts.client_add"),
        busy: say("accounts.client_adding"),
        done: say("accounts.client_added"),
        look: "filled",
        disabled: this.stale,
        press: () => this.renderRoot.querySelector("form")?.requestSubmit(),
      })}
    </form>`;
  }

  get #chosen(): ReadonlySet<string> {
    const [only, another] = this.accounts;
    return this.draft === EMPTY && only !== undefined && another === undefined
      ? new Set([only.id])
      : this.draft.accounts;
  }

  /** The field that the gateway refused, if it is one that shows it. */
  get #wrongField(): TextName | null {
    return FIELDS.get(this.#add.problem?.field ?? "") ?? null;
  }

  #text(name: TextName): TemplateResult {
    const { problem } = this.#add;
    return textFieldTemplate({
      name,
      label: say(`accounts.ask_${name}`),
      value: this.draft[name],
      hint: say(`accounts.ask_${name}_hint`),
      finding: problem !== null && this.#wrongField === name ? { kind: "mistake", text: told(problem) } : null,
      onInput: (value) => this.#type({ [name]: value }),
    });
  }

  #type(part: Partial<Draft>): void {
    if (this.#add.problem !== null) this.#add.reset();
    this.draft = { ...this.draft, accounts: this.#chosen, ...part };
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#send();
  };

  async #send(): Promise<void> {
    const { name, prefix, rate, writes } = this.draft;
    const made = await this.#add.run(() =>
      this.store.api.addClient({
        name,
        accounts: [...this.#chosen],
        path_prefixes: [prefix.trim()],
        requests_per_minute: Number(rate),
        methods: writes ? CLIENT_METHODS : ["GET", "HEAD"],
      }),
    );
    if (made === null) {
      if (this.#wrongField !== null) this.renderRoot.querySelector<HTMLElement>(`#${this.#wrongField}`)?.focus();
      return;
    }
    this.draft = EMPTY;
    this.dispatchEvent(new CustomEvent<NewClient>("made", { detail: made }));
  }
}

import { mdiCheckCircle, mdiDevices, mdiLockOutline } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { AccountState, DeviceState, Snapshot } from "../../../src/state/picture.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { placeHref } from "../live/place.ts";
import type { Store } from "../live/store.ts";
import { Action, actionButton, actionProblem } from "../parts/basics/action.ts";
import { icon } from "../parts/basics/icon.ts";
import { base, button } from "../parts/basics/styles.ts";
import { textField, textFieldTemplate } from "../parts/basics/text-field.ts";
import { tokenSentence } from "./cloud/token-sentence.ts";
import { step, strong } from "./step-styles.ts";
import { cloudPurpose } from "../words/accounts/clouds.ts";
import { say, sayWith } from "../words/language/words.ts";
import { told } from "../words/said.ts";
import { WordedElement } from "../parts/foundations/worded-element.ts";

/** More would hide the button below them. */
const MOST_TRIED = 4;

/** Last step: what was found, and a name for it. */
export class FoundStep extends WordedElement {
  static override properties = {
    store: { attribute: false },
    picture: { attribute: false },
    account: { attribute: false },
    provider: { attribute: false },
    name: { state: true },
  };
  declare store: Store;
  declare picture: Snapshot;
  declare account: AccountState;
  /** Null for a cloud that is not known (yet). */
  declare provider: ProviderDescription | null;
  /** The new name as typed; null until somebody types. */
  declare name: string | null;
  readonly #look = new Action(this);
  readonly #finish = new Action(this);

  constructor() {
    super();
    this.name = null;
  }

  static override styles = [
    base,
    button,
    textField,
    step,
    css`
      ul {
        display: grid;
        gap: 8px;
      }
      li {
        display: flex;
        align-items: center;
        gap: 10px;
        padding: 10px 14px;
        border-radius: 10px;
        background: var(--sunken);
      }
      li span {
        flex: 1;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`
      ${this.#outcome()}
      ${
        this.account.owner === "options"
          ? null
          : textFieldTemplate({
              name: "name",
              label: say("wizard.account_name"),
              value: this.name ?? this.account.name,
              hint: say("wizard.account_name_hint"),
              finding: this.name?.trim() === "" ? { kind: "mistake", text: say("wizard.account_name_missing") } : null,
              onInput: (value) => {
                this.name = value;
              },
            })
      }
      ${actionProblem(this.#finish)}
      <div class="row ends">
        <span></span>
        ${actionButton(this.#finish, {
          label: say("wizard.done"),
          busy: say("wizard.saving"),
          done: say("wizard.done"),
          look: "filled",
          disabled: this.name?.trim() === "",
          press: () => void this.#end(),
        })}
      </div>
    `;
  }

  #outcome(): TemplateResult {
    const { account, picture, provider } = this;
    if (!account.has_devices) return keptTemplate(account, provider);
    const devices = picture.devices.filter((device) => device.account_id === account.id);
    return devices.length > 0 ? this.#found(devices) : this.#nothingYet();
  }

  /** A few locks can be tried at once. */
  #found(devices: readonly DeviceState[]): TemplateResult {
    const locks = devices.filter((device) => device.kind === "lock");
    const others = devices.length - locks.length;
    const count =
      others === 0
        ? say("wizard.found_locks", { locks: locks.length })
        : say("wizard.found_locks_and_more", { locks: locks.length, others });
    const tried = locks.length <= MOST_TRIED ? locks : [];
    const named = devices.filter((device) => !tried.includes(device));
    return html`<p class="found" role="status">${icon(mdiCheckCircle)}${count}</p>
      ${tried.map((device) => this.#lock(device))}
      ${
        named.length === 0
          ? null
          : html`<ul>
              ${named.map(nameTemplate)}
            </ul>`
      }`;
  }

  #lock(device: DeviceState): TemplateResult {
    const { store, picture } = this;
    return html`<utec-lock-card
      .brief=${true}
      .store=${store}
      .device=${device}
      .commands=${picture.commands.filter(({ device_id }) => device_id === device.id)}
      .entries=${store.recentOf(device.id)}
      .now=${store.now()}
      .stale=${!store.connected}
    ></utec-lock-card>`;
  }

  #nothingYet(): TemplateResult {
    const cloud = this.picture.gateway.clouds[this.account.id];
    const looked = (cloud?.last_success_at ?? 0) >= (this.account.obtained_at ?? 0);
    if (!looked && cloud?.online !== false) return html`<p role="status">${say("wizard.locks_searched")}</p>`;
    return html`<p role="status">
        ${
          looked
            ? sayWith("wizard.locks_none", { strong })
            : say("wizard.locks_unread", { message: cloud?.error ? told(cloud.error) : "" })
        }
      </p>
      <div class="row">
        ${actionButton(this.#look, {
          label: say("wizard.look_again"),
          busy: say("wizard.looking"),
          done: say("wizard.looked"),
          press: () => void this.#look.run(() => this.store.api.discover()),
        })}
      </div>
      ${actionProblem(this.#look)}`;
  }

  async #end(): Promise<void> {
    const name = this.name?.trim() ?? this.account.name;
    const renamed = await this.#finish.run(async () => {
      if (name !== this.account.name) await this.store.api.updateAccount(this.account.id, { name });
      return true;
    });
    if (renamed === true) location.hash = placeHref("overview");
  }
}

/** An account without devices: what it is good for. */
function keptTemplate(account: AccountState, provider: ProviderDescription | null): TemplateResult {
  return html`<p class="found" role="status">${icon(mdiCheckCircle)}<span>${tokenSentence(account)}</span></p>
    ${provider === null ? null : html`<p>${cloudPurpose(provider)}</p>`}
    <p class="muted">${say(account.status === "static" ? "wizard.kept_static" : "wizard.kept")}</p>`;
}

function nameTemplate(device: DeviceState): TemplateResult {
  return html`<li>
    ${icon(device.kind === "lock" ? mdiLockOutline : mdiDevices)}<span>${device.name}</span
    ><span class="muted">${device.model}</span>
  </li>`;
}

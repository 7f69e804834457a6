import { mdiLockPlusOutline } from "@mdi/js";
import { css, html } from "lit";
import type { PropertyDeclarations, PropertyValues, TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { ActivityEntry } from "../../../src/activity/entry.ts";
import type { AccountState, CommandState, DeviceState, LinkState } from "../../../src/state/picture.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import { LatePart } from "../live/late-part.ts";
import { placeHref } from "../live/place.ts";
import type { ActivityFilter } from "../live/place.ts";
import { providerOf } from "../live/providers.ts";
import { icon } from "../parts/basics/icon.ts";
import { LateRibbons, ribbonPlace } from "../parts/ribbons/late-ribbons.ts";
import type { DeviceElement } from "../parts/devices/device-element.ts";
import { PictureElement } from "../parts/foundations/picture-element.ts";
import { base, card } from "../parts/basics/styles.ts";
import { say } from "../words/language/words.ts";
import { isSignedIn } from "../words/token-status.ts";

/** So many devices are shown as whole cards; more of them in rows. */
const FEW = 12;

/** The current state of everything. */
export class OverviewPlace extends PictureElement {
  static override properties: PropertyDeclarations = {
    providers: { attribute: false },
    shown: { attribute: false },
  };
  /** Null until they are known. */
  declare providers: readonly ProviderDescription[] | null;
  /** The device whose card a link has led to; another object with each visit. */
  declare shown: ActivityFilter;

  readonly #manyDoors = new LatePart(
    this,
    async () => (await import("../parts/devices/many/many-elements.ts")).MANY_ELEMENTS,
  );
  readonly #ribbons = new LateRibbons(this);

  static override styles = [
    base,
    card,
    ribbonPlace,
    css`
      :host,
      .locks,
      .others,
      .small {
        display: grid;
        gap: 16px;
      }
      .locks {
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 27em), 1fr));
      }
      /* One alone is no wider than one of two. */
      @media (width >= 900px) {
        .locks:has(> :only-child) {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }
      .small {
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 22em), 1fr));
      }
      .others {
        margin-top: 8px;
      }
      .empty {
        display: flex;
        align-items: center;
        gap: 12px;
        color: var(--muted);
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    const { deviceId } = this.shown;
    if (!changed.has("shown") || deviceId === null) return;
    // The same link leads here again.
    history.replaceState(history.state, "", placeHref("overview"));
    const cards = this.renderRoot.querySelectorAll<DeviceElement>("utec-lock-card, utec-device-card");
    const card = [...cards].find(({ device }) => device.id === deviceId);
    card?.scrollIntoView({ block: "center" });
    card?.focus({ preventScroll: true });
  }

  override render(): TemplateResult {
    const { accounts, devices, gateway } = this.picture;
    const card = html`<utec-home-assistant-card
      .store=${this.store}
      .link=${gateway.link}
      .now=${this.now}
    ></utec-home-assistant-card>`;
    const first = asksToBeSetUp(gateway.link);
    return html`
      ${this.#ribbons.draw(
        html`<utec-path-line
          .store=${this.store}
          .picture=${this.picture}
          .now=${this.now}
          .stale=${this.stale}
        ></utec-path-line>`,
      )}
      ${first ? card : null}
      ${accounts.map(
        (account) =>
          html`<utec-account-card
            .store=${this.store}
            .picture=${this.picture}
            .account=${account}
            .provider=${providerOf(this.providers, account.provider)}
            .now=${this.now}
            .stale=${this.stale}
          ></utec-account-card>`,
      )}
      ${devices.length > FEW ? this.#many() : this.#few()} ${first ? null : card}
    `;
  }

  /** Each one a whole card, as people ordered them. */
  #few(): TemplateResult {
    const { accounts, devices } = this.picture;
    const ordered = devices.toSorted((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity) || 0);
    const locks = ordered.filter((device) => device.kind === "lock");
    const others = ordered.filter((device) => device.kind !== "lock");
    return html`${
      locks.length === 0
        ? !expectsLocks(accounts)
          ? null
          : html`<section class="card empty">
              ${icon(mdiLockPlusOutline)}
              <p>${this.#noLocks()}</p>
            </section>`
        : html`<div class="locks">
            ${repeat(
              locks,
              ({ id }) => id,
              (lock) => this.#lock(lock),
            )}
          </div>`
    }
    ${others.length === 0 ? null : this.#others(others)}`;
  }

  #many(): TemplateResult {
    return this.#manyDoors.draw(
      html`<utec-many-doors
        .store=${this.store}
        .picture=${this.picture}
        .shown=${this.shown}
        .card=${this.#card}
        .now=${this.now}
        .stale=${this.stale}
      ></utec-many-doors>`,
    );
  }

  readonly #card = (device: DeviceState): TemplateResult =>
    device.kind === "lock" ? this.#lock(device) : this.#other(device);

  #noLocks(): string {
    return this.picture.accounts.some((account) => account.has_devices && isSignedIn(account))
      ? say("devices.no_locks_signed_in")
      : say("devices.no_locks_signed_out");
  }

  #lock(device: DeviceState): TemplateResult {
    return html`<utec-lock-card
      tabindex="-1"
      .store=${this.store}
      .device=${device}
      .commands=${this.#commandsOf(device)}
      .entries=${this.#entriesOf(device)}
      .now=${this.now}
      .stale=${this.stale}
    ></utec-lock-card>`;
  }

  /** Lights, plugs and switches are not what this is for: small, and apart. */
  #others(devices: readonly DeviceState[]): TemplateResult {
    return html`<section class="others" aria-labelledby="others">
      <h2 id="others">${say("devices.others")}</h2>
      <div class="small">
        ${repeat(
          devices,
          ({ id }) => id,
          (device) => this.#other(device),
        )}
      </div>
    </section>`;
  }

  #other(device: DeviceState): TemplateResult {
    return html`<utec-device-card
      tabindex="-1"
      .store=${this.store}
      .device=${device}
      .commands=${this.#commandsOf(device)}
      .entries=${this.#entriesOf(device)}
      .now=${this.now}
      .stale=${this.stale}
    ></utec-device-card>`;
  }

  #commandsOf({ id }: DeviceState): readonly CommandState[] {
    return this.picture.commands.filter(({ device_id }) => device_id === id);
  }

  #entriesOf({ id }: DeviceState): readonly ActivityEntry[] {
    return this.store.recentOf(id);
  }
}

/** Until the locks are in Home Assistant, that comes before everything else. */
function asksToBeSetUp({ status, set_up }: LinkState): boolean {
  return status === "integration_missing" || status === "integration_not_set_up" || set_up?.ended_at === null;
}

/** Accounts of other clouds have none. */
function expectsLocks(accounts: readonly AccountState[]): boolean {
  return accounts.length === 0 || accounts.some(({ has_devices }) => has_devices);
}

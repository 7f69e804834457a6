import { mdiLockPlusOutline } from "@mdi/js";
import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { DeviceState } from "../../../src/state/picture.ts";
import { icon } from "../parts/icon.ts";
import { PictureElement } from "../parts/picture-element.ts";
import { base, card, chip } from "../parts/styles.ts";
import { isSignedIn } from "../words/token-status.ts";

/** How it all stands, now. */
export class OverviewPlace extends PictureElement {
  static override styles = [
    base,
    card,
    chip,
    css`
      :host,
      .locks {
        display: grid;
        gap: 16px;
      }
      .locks {
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 27em), 1fr));
      }
      .empty {
        display: flex;
        align-items: center;
        gap: 12px;
        color: var(--muted);
      }
    `,
  ];

  override render(): TemplateResult {
    const { accounts, devices, gateway } = this.picture;
    const locks = devices.filter((device) => device.lock_state !== null);
    const others = devices.filter((device) => device.lock_state === null);
    return html`
      ${accounts.map(
        (account) =>
          html`<utec-account-card
            .store=${this.store}
            .picture=${this.picture}
            .account=${account}
            .now=${this.now}
            .stale=${this.stale}
          ></utec-account-card>`,
      )}
      ${
        locks.length === 0
          ? html`<section class="card empty">
              ${icon(mdiLockPlusOutline)}
              <p>${this.#noLocks()}</p>
            </section>`
          : html`<div class="locks">${locks.map((lock) => this.#lock(lock))}</div>`
      }
      ${others.length === 0 ? null : otherDevices(others)}
      <utec-home-assistant-card .link=${gateway.link} .now=${this.now}></utec-home-assistant-card>
    `;
  }

  #noLocks(): string {
    return this.picture.accounts.some(isSignedIn)
      ? "No lock yet. The cloud shows only those that are ticked on the OpenAPI screen of the Xthings Home app."
      : "Your locks appear here once you are signed in.";
  }

  #lock(device: DeviceState): TemplateResult {
    return html`<utec-lock-card
      .store=${this.store}
      .device=${device}
      .commands=${this.picture.commands.filter((command) => command.device_id === device.id)}
      .now=${this.now}
      .stale=${this.stale}
    ></utec-lock-card>`;
  }
}

/** Devices of the account that are no locks: named, so that nobody wonders where they went. */
function otherDevices(devices: readonly DeviceState[]): TemplateResult {
  return html`<section class="card" aria-label="Other devices">
    <p class="muted">Also in the account, not used yet:</p>
    <ul class="chips">
      ${devices.map((device) => html`<li class="chip">${device.name}</li>`)}
    </ul>
  </section>`;
}

import { css, html } from "lit";
import type { TemplateResult } from "lit";
import { SHOWN, activityHref } from "../live/place.ts";
import type { ActivityFilter } from "../live/place.ts";
import { say } from "../words/language/words.ts";
import type { Snapshot } from "../../../src/state/picture.ts";

export const activityFilters = css`
  .filters {
    display: grid;
    gap: 12px;
  }
  .fields {
    display: grid;
    grid-template-columns: minmax(10em, 2fr) minmax(9em, 2fr) minmax(9em, 1fr);
    gap: 10px 14px;
  }
  .fields label {
    display: grid;
    gap: 4px;
    min-width: 0;
  }
  .fields input,
  .fields select {
    width: 100%;
    min-width: 0;
  }
  .fields input {
    min-height: 40px;
    padding: 0 10px;
    border: 1px solid var(--field);
    border-radius: 8px;
    background: var(--card);
    color: var(--text);
    font: inherit;
  }
  .fields input::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  .button[aria-current="true"] {
    border-color: var(--accent-fill);
    background: var(--accent-tint);
  }
  @media (width < 560px) {
    .fields {
      grid-template-columns: minmax(0, 1fr);
    }
    .row {
      gap: 6px;
    }
    .row .button {
      padding-inline: 12px;
    }
  }
`;

/** The words are looked for once nobody has typed for so long. */
const TYPED_MS = 300;

/** Which events are shown; all of it stands in the address. */
export class ActivityFilters {
  #typing: number | undefined;
  /** As it was typed: a space at its end is the beginning of another word. */
  #typed = "";

  /** @param today the reader's day, as `2026-11-21` */
  template(filter: ActivityFilter, { devices, accounts }: Snapshot, today: string): TemplateResult {
    const { deviceId, accountId, search = "", day = null } = filter;
    const option = (value: string, words: string, chosen: boolean): TemplateResult =>
      html`<option value=${value} .selected=${chosen}>${words}</option>`;
    return html`<div class="filters">
      <div class="row" role="group" aria-label=${say("activity.show")}>
        ${SHOWN.map(
          (show) =>
            html`<a
              class="button"
              href=${activityHref({ ...filter, show })}
              aria-current=${show === filter.show ? "true" : "false"}
              ><span>${say(`activity.show_${show}`)}</span></a
            >`,
        )}
      </div>
      <div class="fields" role="search">
        <label
          ><span class="muted">${say("activity.search")}</span>
          <input
            type="search"
            maxlength="200"
            placeholder=${say("activity.search_example")}
            .value=${this.#typed.trim() === search ? this.#typed : search}
            @input=${(event: Event) => this.#find(event, filter, TYPED_MS)}
            @change=${(event: Event) => this.#find(event, filter, 0)}
          />
        </label>
        <label
          ><span class="muted">${say("activity.of")}</span>
          <select @change=${(event: Event) => chooseSubject(event, filter)}>
            ${option("", say("activity.of_all"), deviceId === null && accountId === null)}
            <optgroup label=${say("activity.of_devices")}>
              ${devices.map(({ id, name }) => option(`device ${id}`, name, id === deviceId))}
            </optgroup>
            <optgroup label=${say("activity.of_accounts")}>
              ${accounts.map(({ id, name }) => option(`account ${id}`, name, id === accountId))}
            </optgroup>
          </select>
        </label>
        <label
          ><span class="muted">${say("activity.day")}</span>
          <input
            type="date"
            max=${today}
            .value=${day ?? ""}
            @change=${({ target }: Event) => {
              if (target instanceof HTMLInputElement) go({ ...filter, day: target.value === "" ? null : target.value });
            }}
          />
        </label>
      </div>
    </div>`;
  }

  /** Nothing that was typed is looked for after this. */
  stop(): void {
    window.clearTimeout(this.#typing);
  }

  /** @param pauseMs how long to wait for more */
  #find({ target }: Event, filter: ActivityFilter, pauseMs: number): void {
    this.stop();
    if (!(target instanceof HTMLInputElement)) return;
    this.#typed = target.value;
    const search = target.value.trim();
    this.#typing = window.setTimeout(() => go({ ...filter, search }), pauseMs);
  }
}

function chooseSubject({ target }: Event, filter: ActivityFilter): void {
  if (!(target instanceof HTMLSelectElement)) return;
  const at = target.value.indexOf(" ");
  const [what, id] = [target.value.slice(0, at), target.value.slice(at + 1)];
  go({ ...filter, deviceId: what === "device" ? id : null, accountId: what === "account" ? id : null });
}

/** Another filter is no other place: going back leads to where one came from. */
function go(filter: ActivityFilter): void {
  const href = activityHref(filter);
  if (href !== location.hash) location.replace(href);
}

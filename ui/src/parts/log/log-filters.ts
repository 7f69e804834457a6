import { html } from "lit";
import type { TemplateResult } from "lit";
import { LOG_LEVELS } from "../../../../src/log.ts";
import type { LogRecord } from "../../../../src/log.ts";
import type { Snapshot } from "../../../../src/state/picture.ts";
import { WHOLE_LOG } from "../../live/log-filter.ts";
import type { LogFilter } from "../../live/log-filter.ts";
import { say } from "../../words/language/words.ts";

const LEVELS = LOG_LEVELS.filter((level) => level !== "fatal");

/** The fields that narrow the log down. */
export function logFilters(
  filter: LogFilter,
  records: readonly LogRecord[],
  { accounts, devices }: Snapshot,
  change: (change: Partial<LogFilter>) => void,
): TemplateResult {
  const { level, find, part, accountId, deviceId, commandId } = filter;
  const parts = [...new Set([...records.map((record) => record.part), ...(part === null ? [] : [part])])].sort();
  return html`<div class="filters" role="search" aria-label=${say("log.filters_label")}>
    <label class="find">
      <span>${say("log.find")}</span>
      <input
        type="search"
        .value=${find}
        autocomplete="off"
        spellcheck="false"
        @input=${({ target }: Event) => {
          if (target instanceof HTMLInputElement) change({ find: target.value });
        }}
      />
    </label>
    ${choice(
      say("log.from_level"),
      LEVELS.map((each) => [each, each]),
      level,
      (value) => change({ level: LEVELS.find((each) => each === value) ?? "info" }),
    )}
    ${choice(
      say("log.part"),
      [["", say("log.every_part")], ...parts.map((each) => [each, each] as const)],
      part ?? "",
      (value) => change({ part: value === "" ? null : value }),
    )}
    ${
      accounts.length < 2 && accountId === null
        ? null
        : choice(
            say("log.account"),
            [["", say("log.every_account")], ...named(accounts, accountId)],
            accountId ?? "",
            (value) => change({ accountId: value === "" ? null : value }),
          )
    }
    ${
      devices.length === 0 && deviceId === null
        ? null
        : choice(
            say("log.device"),
            [["", say("log.every_device")], ...named(devices, deviceId)],
            deviceId ?? "",
            (value) => change({ deviceId: value === "" ? null : value }),
          )
    }
    ${
      isNarrowed(filter)
        ? html`<button
            type="button"
            class="button plain"
            @click=${() => change({ ...WHOLE_LOG, level, report: filter.report })}
          >
            <span>${commandId === null ? say("log.show_all") : say("log.show_all_not_command")}</span>
          </button>`
        : null
    }
  </div>`;
}

/** Does it hide anything but lower levels? */
export function isNarrowed({ find, part, accountId, deviceId, commandId }: LogFilter): boolean {
  return find !== "" || part !== null || accountId !== null || deviceId !== null || commandId !== null;
}

type Option = readonly [value: string, words: string];

/** Those that there are, and the one that was chosen even if it is gone. */
function named(
  things: readonly { readonly id: string; readonly name: string }[],
  chosen: string | null,
): readonly Option[] {
  const known = things.map(({ id, name }): Option => [id, name]);
  return chosen === null || things.some(({ id }) => id === chosen) ? known : [...known, [chosen, chosen]];
}

function choice(
  label: string,
  options: readonly Option[],
  chosen: string,
  onChange: (value: string) => void,
): TemplateResult {
  return html`<label>
    <span>${label}</span>
    <select
      @change=${({ target }: Event) => {
        if (target instanceof HTMLSelectElement) onChange(target.value);
      }}
    >
      ${options.map(([value, words]) => html`<option value=${value} .selected=${value === chosen}>${words}</option>`)}
    </select>
  </label>`;
}

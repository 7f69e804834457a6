import { css, html } from "lit";
import type { TemplateResult } from "lit";
import type { ActivityEntry } from "../../../../src/activity/entry.ts";
import type { CommandState, DeviceState } from "../../../../src/state/picture.ts";
import { activityHref } from "../../live/place.ts";
import { say } from "../../words/language/words.ts";
import type { TimelineEntry } from "../../words/timeline.ts";
import { deviceTimeline } from "../../words/timeline.ts";
import { icon } from "../basics/icon.ts";
import { atMoment } from "../basics/when.ts";

export const deviceStory = css`
  .story {
    display: grid;
    gap: 6px;
    padding-left: 14px;
    border-left: 2px solid var(--line);
    font-size: 0.95em;
  }
  .story li {
    position: relative;
  }
  .story li::before {
    position: absolute;
    top: 0.45em;
    left: -19px;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--accent);
    content: "";
  }
  .story li:has(.icon)::before {
    content: none;
  }
  .story .icon {
    position: absolute;
    top: 0.2em;
    left: -23px;
    width: 16px;
    height: 16px;
    background: var(--card);
    color: var(--muted);
  }
  .story .good .icon {
    color: var(--good-ink);
  }
  .story .warn .icon {
    color: var(--warn-ink);
  }
  .story .bad .icon {
    color: var(--bad-ink);
  }
  .story li.good::before {
    background: var(--good);
  }
  .story li.warn::before {
    background: var(--warn);
  }
  .story li.bad::before {
    background: var(--bad);
  }
  .story li.idle::before {
    background: var(--field);
  }
  /* On a phone lines wrap: each has room for two, so that a new one moves nothing. Activity has the whole. */
  @media (width < 480px) {
    .story p {
      display: -webkit-box;
      min-height: 2lh;
      overflow: hidden;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
    }
  }
  .story.waiting li::before {
    background: var(--line);
  }
  .all {
    align-self: start;
    margin-top: auto;
    font-size: 0.92em;
  }
`;

export interface DeviceStory {
  readonly device: DeviceState;
  /** Of the device, newest first. */
  readonly entries: readonly ActivityEntry[];
  /** Of the device, oldest first. */
  readonly commands: readonly CommandState[];
  readonly length: number;
  /** False while there may be more than the entries. */
  readonly isKnown: boolean;
  readonly now: number;
}

/** A device's latest activity in sentences, and a link to all of it. */
export function deviceStoryTemplate(story: DeviceStory): TemplateResult {
  const { device, entries, commands, length, now } = story;
  const latest = deviceTimeline(entries, commands, [device], now).slice(0, length);
  const href = activityHref({ show: "everything", deviceId: device.id, accountId: null });
  return html`${
      latest.length === 0
        ? noneTemplate(story)
        : html`<ol class="story" aria-label=${say("activity.story_of", { name: device.name })}>
            ${latest.map((line) => lineTemplate(line, now))}
          </ol>`
    }<a class="all" href=${href} aria-label=${say("activity.all_of", { name: device.name })}
      >${say("activity.all")}</a
    >`;
}

function lineTemplate({ at, tone, icon: path = null, text, aside }: TimelineEntry, now: number): TemplateResult {
  return html`<li class=${tone}>
    ${path === null ? null : icon(path)}
    <p>${atMoment(at, now)} ${text} <span class="muted">${aside}</span></p>
  </li>`;
}

/** Until it is known that there is nothing, the lines have their room, so that nothing moves when they come. */
function noneTemplate({ isKnown, length }: DeviceStory): TemplateResult {
  if (isKnown) return html`<p class="muted">${say("activity.story_none")}</p>`;
  return html`<ol class="story waiting" aria-hidden="true">
    ${Array.from({ length }, () => html`<li>&nbsp;</li>`)}
  </ol>`;
}

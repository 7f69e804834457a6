import { html } from "lit";
import type { TemplateResult } from "lit";
import { absolute, ago, inTime, moment, timeAgo } from "../../words/time.ts";

/** A moment as its age; the exact time is in its title. */
export function since(at: number, now: number): TemplateResult {
  return time(at, ago(at, now));
}

/** A moment as a time of day or a date. */
export function atMoment(at: number, now: number): TemplateResult {
  return time(at, moment(at, now));
}

/** A moment in the future, as the time until then. */
export function untilMoment(at: number, now: number): TemplateResult {
  return time(at, at > now ? inTime(at - now) : timeAgo(now - at));
}

export function time(at: number, words: string): TemplateResult {
  return html`<time datetime=${new Date(at).toISOString()} title=${absolute(at)}>${words}</time>`;
}

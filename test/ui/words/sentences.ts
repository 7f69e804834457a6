import { ACTIVITY_KINDS } from "../../../src/activity/entry.ts";
import { EVENT_KINDS } from "../../../src/activity/event.ts";
import {
  ACCOUNT_EVENT_KINDS,
  ACCOUNT_OWNERS,
  EXPIRY_SOURCES,
  FAILURE_CLASSES,
  LOGIN_FORMATS,
  TOKEN_REASONS,
  TOKEN_STATUSES,
} from "../../../src/keeper/account-state.ts";
import { RIGHTS } from "../../../src/http/access/rights.ts";
import { PROBLEM_CODES } from "../../../src/problem.ts";
import { PHRASES } from "../../../src/said/phrases.ts";
import { REPORT_SECTIONS } from "../../../src/report/report.ts";
import { SHOWN } from "../../../src/activity/event-filter.ts";
import { DEVICE_VALUES } from "../../../src/state/device-values.ts";
import {
  COMMAND_NAMES,
  COMMAND_OUTCOMES,
  DEVICE_KINDS,
  DEVICE_TROUBLES,
  FRESHNESSES,
  LOCK_MODES,
} from "../../../src/state/picture.ts";
import type { DeviceState, LinkStatus } from "../../../src/state/picture.ts";
import { SET_UP_STEPS } from "../../../src/state/set-up.ts";
import { pictureOf, SCENARIOS } from "../../../ui/mock/scenarios.ts";
import { refusalWords } from "../../../ui/src/live/refusal-words.ts";
import { choiceOf, formatWord } from "../../../ui/src/wizard/cloud/choice-words.ts";
import { screensOf } from "../../../ui/src/wizard/cloud/screens.ts";
import { findingIn, missingIn } from "../../../ui/src/wizard/credentials.ts";
import { cloudLabel, cloudPurpose, fieldHelp, fieldLabel } from "../../../ui/src/words/accounts/clouds.ts";
import { draftOf, mistakesIn, refreshRule } from "../../../ui/src/words/accounts/refresh-policy.ts";
import { activitySentence, eventSentence } from "../../../ui/src/words/activity-sentence.ts";
import { changeWords } from "../../../ui/src/words/changes/change-words.ts";
import { commandSentence, lateSentence } from "../../../ui/src/words/command-sentence.ts";
import { deviceAdvice } from "../../../ui/src/words/device-advice.ts";
import { chipsOf, lockWord, modeWord, switchWord } from "../../../ui/src/words/device-values.ts";
import { linkSteps } from "../../../ui/src/words/link-steps.ts";
import { say } from "../../../ui/src/words/language/words.ts";
import { told } from "../../../ui/src/words/said.ts";
import { tokenEventSentence, tokenEventWord } from "../../../ui/src/words/token-event.ts";
import { accountOrigin, accountTrouble, expirySource, tokenWord } from "../../../ui/src/words/token-status.ts";
import {
  CREDENTIALS,
  DOORS,
  LINK,
  ORIGINS,
  PROVIDERS,
  VALUES,
  account,
  command,
  door,
  each,
  entry,
  event,
  headlineTexts,
  now,
  pairs,
  phraseTold,
  sent,
  well,
  withDoors,
  wordsOf,
} from "./things.ts";
import type { Sentences } from "./things.ts";

/** All families of things that are said, each with a table of everything in it: what is new without words is missed. */
export const FAMILIES: Readonly<Record<string, Sentences>> = {
  "kinds of problems": each(PROBLEM_CODES, (code) => [told({ message: "Somebody said so.", code })]),
  "classes of failures": each(FAILURE_CLASSES, (kind) => [told({ message: "Somebody said so.", class: kind })]),
  phrases: each(Object.keys(PHRASES) as (keyof typeof PHRASES)[], (key) => [phraseTold(key)]),
  "events of tokens": each(ACCOUNT_EVENT_KINDS, (kind) => [
    tokenEventWord(kind),
    tokenEventSentence({ at: now, kind, generation: 1, class: null, code: null, message: "Somebody said so." }),
  ]),
  "statuses of tokens": each(TOKEN_STATUSES, (status) => [
    tokenWord(status),
    accountTrouble({ ...account, status }),
    accountTrouble({ ...account, status, sign_in_ends_at: now }),
  ]),
  "reasons of tokens": each(TOKEN_REASONS, (reason) => [
    accountTrouble({ ...account, status: "sign_in_needed", reason }),
  ]),
  "ends of tokens": each(EXPIRY_SOURCES, (expiry_source) => [expirySource({ ...account, expiry_source }) || null]),
  "origins of accounts": each(ACCOUNT_OWNERS, (owner) => [
    accountOrigin({ owner, left_options_at: null }),
    accountOrigin({ owner, left_options_at: now }),
  ]),
  "kinds of activity": each(pairs(ACTIVITY_KINDS, ["none", ...DEVICE_TROUBLES]), (pair) => {
    const [kind, to = ""] = pair.split(" ");
    const known = ACTIVITY_KINDS.find((one) => one === kind);
    if (known === undefined) return [];
    const one = entry(known, { command: known === "command_ended" ? command("lock", "confirmed") : null });
    return wordsOf(activitySentence(known === "device_unavailable" ? { ...one, to } : one));
  }),
  "kinds of events": each(EVENT_KINDS, (kind) => [
    ...wordsOf(eventSentence(event(kind), now)),
    ...wordsOf(eventSentence({ ...event(kind), ongoing_since_at: now }, now)),
    ...wordsOf(eventSentence({ ...event(kind), times: 1 }, now)),
  ]),
  "changes of values": each(DEVICE_VALUES, (value) =>
    VALUES[value].flatMap((to) => {
      const { text, otherwise } = changeWords(value, to, null);
      return [text, otherwise, changeWords(value, to, VALUES[value][0] ?? null).text];
    }),
  ),
  commands: each(pairs(COMMAND_NAMES, Object.keys(ORIGINS)), (pair) => {
    const [wanted, origin] = pair.split(" ");
    const name = COMMAND_NAMES.find((one) => one === wanted);
    if (name === undefined) return [];
    return [null, ...COMMAND_OUTCOMES].flatMap((outcome) => [
      ...wordsOf(commandSentence(command(name, outcome, origin))),
      ...wordsOf(lateSentence(command(name, outcome, origin))),
    ]);
  }),
  "values of devices": {
    locks: () => [null, ...VALUES.lock_state].map((state) => lockWord(state as DeviceState["lock_state"])),
    modes: () => LOCK_MODES.map(modeWord),
    switches: () => [null, ...VALUES.switch_state].map((state) => switchWord(state as DeviceState["switch_state"])),
    ...each(Object.keys(DOORS), (which) => chipsOf({ ...door, ...DOORS[which] }, true).map(({ text }) => text)),
    ...each(FRESHNESSES, (freshness) =>
      chipsOf({ ...door, freshness, online: false, battery_percent: null }, false).map(({ text }) => text),
    ),
  },
  "troubles of devices": each(pairs(DEVICE_KINDS, ["too_old", ...DEVICE_TROUBLES]), (pair) => {
    const [kind, trouble] = pair.split(" ");
    const known = DEVICE_TROUBLES.find((one) => one === trouble) ?? null;
    const of: DeviceState = { ...door, kind: kind as DeviceState["kind"], available: false, trouble: known };
    const advice = deviceAdvice(of, now);
    const since = deviceAdvice({ ...of, missing_since_at: now }, now);
    return [advice?.title ?? null, advice?.advice ?? null, advice?.link?.label ?? null, since?.title ?? null];
  }),
  "the link to Home Assistant": {
    ...each(Object.keys(LINK) as LinkStatus[], (status) =>
      linkSteps({ ...well.gateway.link, status }, "12:00").flatMap(({ title, detail }) => [title, detail]),
    ),
    ...each(SET_UP_STEPS, (step) => {
      const set_up = { ...well.gateway.link, step, ended_at: null, started_at: now, error: null, message: "" };
      const link = {
        ...well.gateway.link,
        status: "integration_missing",
        set_up,
      } as unknown as typeof well.gateway.link;
      return linkSteps(link, "12:00").flatMap(({ title, detail }) => [title, detail]);
    }),
  },
  "the first sentence, of scenarios": each(SCENARIOS, (scenario) => headlineTexts(sent(pictureOf(scenario, now)))),
  "the first sentence, of accounts": each(TOKEN_STATUSES, (status) =>
    headlineTexts({ ...well, accounts: [{ ...account, status }] }),
  ),
  "the first sentence, of the link": each(Object.keys(LINK) as LinkStatus[], (status) =>
    headlineTexts({ ...well, gateway: { ...well.gateway, link: { ...well.gateway.link, status } } }),
  ),
  "the first sentence, of doors": each(Object.keys(DOORS), (which) => [
    ...headlineTexts(withDoors(DOORS[which] ?? {}, 1)),
    ...headlineTexts(withDoors(DOORS[which] ?? {}, 5)),
  ]),
  "when tokens are refreshed": {
    rules: () =>
      [null, ...PROVIDERS].flatMap((provider) => [
        refreshRule(account, provider),
        refreshRule({ ...account, automatic_refresh: false }, provider),
        refreshRule({ ...account, refresh_buffer_ms: 60_000 }, provider),
        refreshRule({ ...account, refresh_buffer_share: 0.2 }, provider),
      ]),
    mistakes: () =>
      (["minutes", "percent"] as const).flatMap((buffer) =>
        Object.values(mistakesIn({ ...draftOf(account), buffer, amount: "x", idleHours: "x" })),
      ),
  },
  credentials: each(pairs(Object.keys(CREDENTIALS), ["x"]), (pair) => {
    const field = pair.split(" ")[0] as keyof typeof CREDENTIALS;
    return Object.values(CREDENTIALS[field]).flatMap((value) => {
      const typed = { client_id: "same", client_secret: "same", redirect_uri: "", [field]: value };
      return [findingIn(field, typed)?.text ?? null, missingIn(field, typed, null)?.text ?? null];
    });
  }),
  clouds: each(
    PROVIDERS.map(({ id }) => id),
    (id) =>
      PROVIDERS.filter((provider) => provider.id === id).flatMap((provider) => [
        cloudLabel(provider),
        cloudPurpose(provider),
        ...provider.fields.flatMap((field) => [fieldLabel(field), fieldHelp(id, field)]),
        ...screensOf(provider, {}).map(({ title }) => title),
      ]),
  ),
  "choices of clouds": each(
    PROVIDERS.flatMap(({ fields }) => fields.flatMap(({ kind, values }) => (kind === "choice" ? values : []))),
    (value) => [choiceOf(value).label, choiceOf(value).about || null],
  ),
  "formats of logins": each(LOGIN_FORMATS, (format) => [formatWord(format)]),
  "parts of a report": each(REPORT_SECTIONS, (section) => [say(`report.section_${section}`)]),
  "filters of the activity": each(SHOWN, (shown) => [say(`activity.show_${shown}`), say(`activity.empty_${shown}`)]),
  "advice on outages": each(DEVICE_TROUBLES, (trouble) => [say(`activity.advice_${trouble}`)]),
  "the set-up's offer": each(SET_UP_STEPS, (step) => [say(`set_up.will_${step}`), say(`set_up.doing_${step}`)]),
  refusals: each(["unconfirmed", "unnamed", "member", "administrator"], (standing) =>
    RIGHTS.map((right) => refusalWords({ standing, rights: [] }, right)),
  ),
};

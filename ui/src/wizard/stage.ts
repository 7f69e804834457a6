import type { AccountState } from "../../../src/keeper/account.ts";
import type { ProviderDescription } from "../../../src/keeper/providers/provider-description.ts";
import type { WizardPlace, WizardStep } from "../live/place.ts";
import { signInWay } from "../live/providers.ts";
import { say } from "../words/language/words.ts";
import { screenAt, screensFor } from "./cloud/screens.ts";
import type { Screen } from "./cloud/screens.ts";
import type { Draft } from "./draft.ts";

/** Where somebody is in the wizard: what is asked, and how far that is. */
export interface Stage {
  readonly title: string;
  /** Counted from 0. */
  readonly at: number;
  readonly of: number;
}

interface Known {
  readonly place: WizardPlace;
  readonly account: AccountState | null;
  readonly provider: ProviderDescription | null;
  readonly draft: Draft;
}

/** What leads to the screen of the U-tec app leads to the fields of any other cloud. */
export function stepOf({ step }: WizardPlace, account: AccountState | null): WizardStep {
  const ofTheApp = step === "find" || step === "credentials";
  return ofTheApp && account !== null && !account.has_devices ? "details" : step;
}

export function stage(step: WizardStep, { place, account, provider, draft }: Known): Stage {
  const screens = detailScreens(account, provider, draft);
  const asked = screens.length === 0 ? null : screenAt(screens, place.screen ?? null, draft.typed);
  const between = isForLocks(step, account, provider)
    ? [say("wizard.place_find"), say("wizard.place_credentials")]
    : screens.map(({ title }) => title);
  const titles = [say("wizard.place_cloud"), ...between, signInTitle(account), foundTitle(account)];
  switch (step) {
    case "cloud":
      return { title: say("wizard.place_cloud"), at: 0, of: titles.length };
    case "find":
      return { title: say("wizard.place_find"), at: 1, of: titles.length };
    case "credentials":
      return { title: say("wizard.place_credentials"), at: 2, of: titles.length };
    case "details":
      return {
        title: asked?.title ?? "",
        at: 1 + Math.max(0, asked === null ? 0 : screens.indexOf(asked)),
        of: titles.length,
      };
    case "sign-in":
      return { title: titles.at(-2) ?? "", at: titles.length - 2, of: titles.length };
    case "found":
      return { title: titles.at(-1) ?? "", at: titles.length - 1, of: titles.length };
  }
}

function detailScreens(
  account: AccountState | null,
  provider: ProviderDescription | null,
  { typed }: Draft,
): readonly Screen[] {
  return provider === null ? [] : screensFor(provider, typed, account);
}

/** Before somebody has chosen another cloud, it is the one with the locks. */
function isForLocks(step: WizardStep, account: AccountState | null, provider: ProviderDescription | null): boolean {
  return step !== "details" && (account?.has_devices ?? provider?.has_devices ?? true);
}

function signInTitle(account: AccountState | null): string {
  return account === null ? say("wizard.place_sign_in") : say(`wizard.place_sign_in_${signInWay(account)}`);
}

function foundTitle(account: AccountState | null): string {
  return say(account === null || account.has_devices ? "wizard.place_locks" : "wizard.place_token");
}

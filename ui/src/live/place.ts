export const PLACES = ["overview", "activity", "accounts", "log"] as const;
export type PlaceName = (typeof PLACES)[number];

export const WIZARD_STEPS = ["find", "credentials", "sign-in", "found"] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

/** Where the page stands. It is written in the address's hash, so that it can be bookmarked inside ingress. */
export interface Place {
  readonly name: PlaceName;
  /** The sign-in wizard in `accounts`; `accountId` is null until the account has been added. */
  readonly wizard: { readonly step: WizardStep; readonly accountId: string | null } | null;
}

const WIZARD_PATH = "accounts/sign-in";

/** Anything unknown is the overview. */
export function readPlace(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  if (path === WIZARD_PATH) {
    const parameters = new URLSearchParams(query);
    const step = WIZARD_STEPS.find((known) => known === parameters.get("step")) ?? "find";
    return { name: "accounts", wizard: { step, accountId: parameters.get("account") } };
  }
  return { name: PLACES.find((known) => known === path) ?? "overview", wizard: null };
}

export function placeHref(name: PlaceName): string {
  return `#/${name}`;
}

export function wizardHref(step: WizardStep, accountId: string | null): string {
  const parameters = new URLSearchParams({ step, ...(accountId === null ? {} : { account: accountId }) });
  return `#/${WIZARD_PATH}?${parameters.toString()}`;
}

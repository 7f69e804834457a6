export const PLACES = ["overview", "activity", "accounts", "log"] as const;
export type PlaceName = (typeof PLACES)[number];

export const WIZARD_STEPS = ["find", "credentials", "sign-in", "found"] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

export const SHOWN = ["everything", "commands", "changes", "tokens", "trouble"] as const;
export type Shown = (typeof SHOWN)[number];

/** What the activity place shows: of everything, or of one device or account. */
export interface ActivityFilter {
  readonly show: Shown;
  readonly deviceId: string | null;
  readonly accountId: string | null;
}

/** Where the page is. It is written in the address's hash, so that it can be bookmarked inside ingress. */
export interface Place {
  readonly name: PlaceName;
  /** The sign-in wizard in `accounts`; `accountId` is null until the account has been added. */
  readonly wizard: { readonly step: WizardStep; readonly accountId: string | null } | null;
  readonly activity: ActivityFilter;
}

const WIZARD_PATH = "accounts/sign-in";

/** Anything unknown is the overview. */
export function readPlace(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  if (path === WIZARD_PATH) {
    const parameters = new URLSearchParams(query);
    const step = WIZARD_STEPS.find((known) => known === parameters.get("step")) ?? "find";
    return { name: "accounts", wizard: { step, accountId: parameters.get("account") }, activity: readFilter("") };
  }
  return { name: PLACES.find((known) => known === path) ?? "overview", wizard: null, activity: readFilter(query) };
}

function readFilter(query: string): ActivityFilter {
  const parameters = new URLSearchParams(query);
  return {
    show: SHOWN.find((known) => known === parameters.get("show")) ?? "everything",
    deviceId: parameters.get("device"),
    accountId: parameters.get("account"),
  };
}

export function activityHref({ show, deviceId, accountId }: ActivityFilter): string {
  const parameters = new URLSearchParams({
    ...(show === "everything" ? {} : { show }),
    ...(deviceId === null ? {} : { device: deviceId }),
    ...(accountId === null ? {} : { account: accountId }),
  });
  return parameters.size === 0 ? "#/activity" : `#/activity?${parameters.toString()}`;
}

export function placeHref(name: PlaceName): string {
  return `#/${name}`;
}

/** Does it lead into the wizard, where accounts are changed? */
export function leadsToWizard(href: string): boolean {
  return href.startsWith(`#/${WIZARD_PATH}`);
}

export function wizardHref(step: WizardStep, accountId: string | null): string {
  const parameters = new URLSearchParams({ step, ...(accountId === null ? {} : { account: accountId }) });
  return `#/${WIZARD_PATH}?${parameters.toString()}`;
}

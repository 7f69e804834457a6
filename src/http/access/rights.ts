/**
 * Who may do what, as data: the API refuses by these tables and the page reads them, so that no button promises what the
 * API refuses. Runs in the browser, too.
 */
export const RIGHTS = ["look", "read_activity", "act"] as const;
/**
 * `look`: how the locks and the accounts are now. `read_activity`: who did what and when, what a token has been through,
 * the log, the metrics. `act`: everything that changes something, and
 * what its forms begin with.
 */
export type Right = (typeof RIGHTS)[number];

/**
 * What Home Assistant says of somebody. Whoever came in without it (by the password, or on the gateway's own machine)
 * counts as an administrator. `unconfirmed`: it could not be asked yet; `unnamed`: it did not say who is asking.
 */
export const STANDINGS = ["administrator", "member", "unconfirmed", "unnamed"] as const;
export type Standing = (typeof STANDINGS)[number];

/** Who somebody is, and what that allows. */
export interface Access {
  readonly standing: Standing;
  readonly rights: readonly Right[];
}

const RIGHTS_OF_STANDING: Readonly<Record<Standing, readonly Right[]>> = {
  administrator: RIGHTS,
  member: ["look"],
  unconfirmed: ["look"],
  unnamed: ["look"],
};

/** @param membersReadActivity the setting `members_read_activity` */
export function accessOf(standing: Standing, membersReadActivity: boolean): Access {
  const own = RIGHTS_OF_STANDING[standing];
  return {
    standing,
    rights: RIGHTS.filter((right) => own.includes(right) || (right === "read_activity" && membersReadActivity)),
  };
}

/** `anybody`: also who was not let in. */
type Needed = Right | "anybody";

export const METHODS = ["GET", "POST", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/** What each address of the API needs, by method; `GET` stands for `HEAD`, too. What is not in here can't be added to the API. */
export const RIGHTS_BY_ADDRESS = {
  "/api/state": { GET: "look" },
  "/api/providers": { GET: "look" },
  "/api/accounts": { GET: "look", POST: "act" },
  // Where the account's cloud is and who signs in there; only who may change it needs to know.
  "/api/accounts/settings": { GET: "act" },
  "/api/accounts/update": { POST: "act" },
  "/api/accounts/authorise": { POST: "act" },
  "/api/accounts/device-code": { POST: "act" },
  "/api/accounts/exchange": { POST: "act" },
  "/api/accounts/refresh": { POST: "act" },
  "/api/accounts/sign-out": { POST: "act" },
  "/api/accounts/keep": { POST: "act" },
  "/api/accounts/remove": { POST: "act" },
  "/api/accounts/events": { GET: "read_activity" },
  "/api/devices": { GET: "look" },
  "/api/devices/discover": { POST: "act" },
  "/api/devices/arrange": { POST: "act" },
  "/api/devices/remove": { POST: "act" },
  "/api/commands": { GET: "read_activity", POST: "act" },
  "/api/import": { GET: "read_activity", POST: "act" },
  "/api/integration": { GET: "look" },
  "/api/integration/install": { POST: "act" },
  "/api/home-assistant/connect": { GET: "look", POST: "act" },
  "/api/home-assistant/restart": { POST: "act" },
  "/api/token": { DELETE: "act" },
  "/api/token/status": { GET: "look" },
  "/api/token/refresh": { POST: "act" },
  "/api/broker/clients": { GET: "read_activity", POST: "act" },
  "/api/broker/clients/revoke": { POST: "act" },
  "/api/activity": { GET: "read_activity" },
  "/api/activity/events": { GET: "read_activity" },
  "/api/activity/latest": { GET: "read_activity" },
  "/api/activity/export": { GET: "read_activity" },
  "/api/history/doors": { GET: "read_activity" },
  "/api/history/tokens": { GET: "read_activity" },
  "/api/history/batteries": { GET: "read_activity" },
  "/api/log": { GET: "read_activity" },
  "/api/report": { GET: "act" },
  "/api/live": { GET: "look" },
  "/api/openapi.json": { GET: "look" },
  // Its single-use `state` proves that somebody who may act began the sign-in.
  "/oauth/callback": { GET: "look" },
  "/api/session": { GET: "look" },
  // Ends nothing but one's own session.
  "/logout": { POST: "look" },
  "/health": { GET: "look" },
  "/metrics": { GET: "read_activity" },
  "/health/live": { GET: "anybody" },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<Method, Needed>>>>>;

export type Address = keyof typeof RIGHTS_BY_ADDRESS;

/** What each message of the live feed needs. Without `read_activity` the picture in the first two is a reduced one, and without `act` it has no codes. */
export const RIGHTS_BY_MESSAGE = {
  snapshot: "look",
  update: "look",
  activity: "read_activity",
  log: "read_activity",
  alive: "look",
} as const satisfies Readonly<Record<string, Right>>;

/** What an address needs; undefined where it does not take the method. */
export function rightFor(address: Address, method: Method): Needed | undefined {
  const needed: Readonly<Partial<Record<Method, Needed>>> = RIGHTS_BY_ADDRESS[address];
  return needed[method];
}

/** Why somebody lacks a right, and what to do; null for who has it. */
export function refusalOf({ standing, rights }: Access, right: Right): string | null {
  if (rights.includes(right)) return null;
  switch (standing) {
    case "unconfirmed":
      return "Home Assistant could not be asked yet whether you are an administrator: this works as soon as it answers.";
    case "unnamed":
      return "Home Assistant did not say who you are: open the page from its sidebar again.";
    case "member":
    case "administrator":
      return right === "act"
        ? "Only administrators of Home Assistant can do this."
        : "Only administrators of Home Assistant can read this, unless the setting members_read_activity is on.";
  }
}

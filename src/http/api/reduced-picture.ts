import type { AccountState, Change, Snapshot } from "../../state/picture.ts";
import type { Update } from "../../state/report-ages.ts";
import type { Access } from "../access/rights.ts";

/**
 * How much of the picture somebody sees. `whole`: everything. `without_codes`: not what ends a sign-in that is under way.
 * `reduced`: nor what happened.
 */
export const VIEWS = ["whole", "without_codes", "reduced"] as const;
export type View = (typeof VIEWS)[number];

export function viewOf({ rights }: Access): View {
  if (!rights.includes("read_activity")) return "reduced";
  return rights.includes("act") ? "whole" : "without_codes";
}

/**
 * What stands in an account for those who may not read what happened: whose sign-in it is, with which values, and what
 * the token has been through. Whether it works, and what is wrong, they may know: the locks depend on it.
 */
const HIDDEN_VALUES = {
  client_id: "",
  redirect_uri: "",
  cloud_user: null,
  attempts: [],
  recent: [],
} as const satisfies Partial<AccountState>;

export function snapshotIn(view: View, snapshot: Snapshot): Snapshot {
  if (view === "whole") return snapshot;
  const accounts = accountsIn(view, snapshot.accounts);
  return { ...snapshot, accounts, ...(view === "reduced" ? { commands: [] } : {}) };
}

export function accountsIn(view: View, accounts: readonly AccountState[]): readonly AccountState[] {
  switch (view) {
    case "whole":
      return accounts;
    case "without_codes":
      return accounts.map(withoutCode);
    case "reduced":
      return accounts.map((account) => ({ ...withoutCode(account), ...HIDDEN_VALUES }));
  }
}

/** Null where they learn nothing by it. */
export function changeIn(view: View, change: Update): Update | null {
  if (view === "whole") return change;
  const { seq, removed, ages } = change;
  const { gateway, accounts, devices, commands } = change.set;
  const set: Change["set"] = {
    ...(gateway && { gateway }),
    ...(accounts && { accounts: accountsIn(view, accounts) }),
    ...(devices && { devices }),
    ...(commands && view !== "reduced" && { commands }),
  };
  if (Object.keys(set).length + Object.keys(removed).length === 0 && ages === undefined) return null;
  return { seq, set, removed, ...(ages && { ages }) };
}

/** Whoever has the code can end the sign-in with an account of their own: that is for those who could begin one. */
function withoutCode(account: AccountState): AccountState {
  if (account.device_code === null) return account;
  const { expires_at } = account.device_code;
  const device_code = { user_code: null, verification_uri: null, verification_uri_complete: null, expires_at };
  return { ...account, device_code };
}

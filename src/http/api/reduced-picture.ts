import type { AccountState, Change, Snapshot } from "../../state/picture.ts";

/**
 * What stands in an account for those who may not read what happened: whose sign-in it is, with which values, and what
 * the token has been through. Whether it works, and what is wrong, they may know: the locks depend on it.
 */
const HIDDEN_VALUES = {
  client_id: "",
  redirect_uri: "",
  cloud_user: null,
  device_code: null,
  attempts: [],
  recent: [],
} as const satisfies Partial<AccountState>;

/** The picture for those without the right `read_activity`: how everything is now, and nothing of who did what. */
export function reducedSnapshot(snapshot: Snapshot): Snapshot {
  return { ...snapshot, accounts: reducedAccounts(snapshot.accounts), commands: [] };
}

export function reducedAccounts(accounts: readonly AccountState[]): AccountState[] {
  return accounts.map((account) => ({ ...account, ...HIDDEN_VALUES }));
}

/** Null where they learn nothing by it. */
export function reducedChange({ seq, set: { gateway, accounts, devices }, removed }: Change): Change | null {
  const set: Change["set"] = {
    ...(gateway && { gateway }),
    ...(accounts && { accounts: reducedAccounts(accounts) }),
    ...(devices && { devices }),
  };
  return Object.keys(set).length + Object.keys(removed).length === 0 ? null : { seq, set, removed };
}

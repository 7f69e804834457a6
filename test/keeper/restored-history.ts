import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountState, ReportedGeneration } from "../../src/keeper/account.ts";
import type { House } from "./house.ts";
import type { Street } from "./street.ts";

export const FILES = ["gateway.db", "gateway.key", "gateway.generations"] as const;

export const UNMARKED = FILES.filter((file) => file !== "gateway.generations");

export interface History {
  readonly folder: string;
  readonly backup: string;
  readonly id: string;
  readonly remembered: ReadonlyMap<string, ReportedGeneration>;
}

export const again = (id: string) => ({ kind: "refresh", account_id: id, generation: null }) as const;

export function account(house: House): AccountState {
  const [state] = house.keeper.accounts();
  if (state === undefined) throw new Error("no account");
  return state;
}

export const told = ({ id, generation, last_success_at }: AccountState): ReadonlyMap<string, ReportedGeneration> =>
  new Map([[id, { generation, last_success_at }]]);

/** A gateway with its first token, and a copy of some of its files; then it went on to its third, and Home Assistant knows. */
export async function history(street: Street, files: readonly string[] = UNMARKED): Promise<History> {
  const { house, id } = await street.signedIn();
  house.close();
  const backup = mkdtempSync(join(tmpdir(), "keeper-"));
  for (const file of files) copyFileSync(join(house.folder, file), join(backup, file));
  const later = street.build({ folder: house.folder });
  await later.runner.run({ kind: "refresh", account_id: id, generation: 1 });
  await later.runner.run({ kind: "refresh", account_id: id, generation: 2 });
  const remembered = told(account(later));
  later.close();
  return { folder: house.folder, backup, id, remembered };
}

import { mdiDoorClosed, mdiDoorOpen, mdiLock, mdiLockAlert, mdiLockOpenVariant } from "@mdi/js";
import type { ActivityCommand, ActivityEntry } from "../../../../src/activity/entry.ts";

/** The icon of what came of a door, so that it is told without colours and words, too; null where nothing is to be seen. */
export function happeningIcon(entry: ActivityEntry | undefined): string | null {
  if (entry === undefined) return null;
  if (entry.kind === "command_ended") return entry.command === null ? null : commandIcon(entry.command);
  if (entry.kind !== "state_changed") return null;
  if (entry.value === "lock_state")
    return entry.to === "locked" || entry.to === "unlocked" || entry.to === "jammed" ? BOLT[entry.to] : null;
  if (entry.value !== "door_state") return null;
  return entry.to === "open" ? mdiDoorOpen : entry.to === "closed" ? mdiDoorClosed : null;
}

/** Of a command that was not obeyed nothing came. */
function commandIcon({ name, outcome }: Pick<ActivityCommand, "name" | "outcome">): string | null {
  if (outcome !== "confirmed") return null;
  return name === "lock" ? BOLT.locked : name === "unlock" ? BOLT.unlocked : null;
}

const BOLT = { locked: mdiLock, unlocked: mdiLockOpenVariant, jammed: mdiLockAlert } as const;

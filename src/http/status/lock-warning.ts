import type { AccountState } from "../../keeper/account.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { DeviceState, DeviceTrouble } from "../../state/picture.ts";

const WHY: Readonly<Record<DeviceTrouble, string>> = {
  offline: "offline",
  missing: "no longer in the account's list",
  not_reported: "the cloud does not report its state",
  sign_in_needed: "nobody is signed in",
  cloud_unreachable: "the cloud does not answer",
};
/** Named one by one; of more there is the number. */
const MOST_NAMED = 5;

/** One sentence on the locks of an account that are unavailable, and why, whatever the cause; null if none is. */
export function lockWarning(picture: LivePicture, account: AccountState): string | null {
  const locks = picture
    .devices()
    .filter(({ account_id, kind, available }) => account_id === account.id && kind === "lock" && !available);
  if (locks.length === 0) return null;
  const named = locks.slice(0, MOST_NAMED).map((lock) => `${lock.name} (${whyOf(lock)})`);
  const more = locks.length > MOST_NAMED ? [`${locks.length - MOST_NAMED} more`] : [];
  const count = locks.length === 1 ? "A lock" : `${locks.length} locks`;
  return `${count} of ${account.name} can be neither seen nor controlled: ${[...named, ...more].join(", ")}.`;
}

function whyOf({ trouble }: DeviceState): string {
  return trouble === null ? "its last state is too old" : WHY[trouble];
}

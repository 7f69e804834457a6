import type { Snapshot } from "../../../src/state/picture.ts";
import { keep, readKept } from "../live/kept/kept.ts";
import { wizardHref } from "../live/place.ts";
import type { Place } from "../live/place.ts";
import { signInStart } from "../words/headline/headline.ts";

/** Stored for this tab only, which may be reloaded while Home Assistant restarts around it. */
const KEY = "utec-gateway.setting-up";

/** Somebody has pressed the button in this tab. */
export function rememberSetUp(): void {
  keep(KEY, "pressed", "tab");
}

/** Once what was pressed here is done, leads to the sign-in where one is still needed; not from another place. */
export function goOnAfterSetUp(picture: Snapshot | null, place: Place): void {
  const set_up = picture?.gateway.link.set_up ?? null;
  if (picture === null || readKept(KEY, "tab") === null) return;
  // Null: the gateway was restarted meanwhile and forgot it.
  if (set_up !== null && set_up.ended_at === null) return;
  keep(KEY, null, "tab");
  if (set_up === null || set_up.error !== null || place.name !== "overview") return;
  const next = nextSignIn(picture);
  if (next !== null) location.hash = next;
}

function nextSignIn({ accounts }: Snapshot): string | null {
  if (accounts.length === 0) return wizardHref("cloud", null);
  const waiting = accounts.find(({ status }) => status === "sign_in_needed");
  return waiting === undefined ? null : wizardHref(signInStart(waiting), waiting.id);
}

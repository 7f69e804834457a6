import type { DeviceState } from "../../../src/state/picture.ts";
import { wizardHref } from "../live/place.ts";
import { say } from "./language/words.ts";
import { moment } from "./time.ts";

/** Why nothing newer is known about a device, and what to do. */
export interface DeviceAdvice {
  readonly title: string;
  readonly advice: string;
  /** Where to do it, where that is on this page. */
  readonly link: { readonly label: string; readonly href: string } | null;
}

export function deviceAdvice(device: DeviceState, now: number): DeviceAdvice | null {
  const { trouble, available } = device;
  if (trouble === null)
    return available
      ? null
      : { title: say("devices.trouble_too_old"), advice: say("devices.advice_too_old"), link: null };
  const since = trouble === "missing" ? device.missing_since_at : null;
  return {
    title:
      since === null
        ? say(`devices.trouble_${trouble}`)
        : say("devices.trouble_missing_since", { moment: moment(since, now) }),
    advice:
      trouble === "offline" && device.kind === "lock"
        ? say("devices.advice_offline_lock")
        : say(`devices.advice_${trouble}`),
    link:
      trouble === "sign_in_needed"
        ? { label: say("devices.sign_in"), href: wizardHref("sign-in", device.account_id) }
        : null,
  };
}

/** True while the known main state may be shown as current. */
export function isCurrent({ available, freshness }: DeviceState): boolean {
  return available && freshness !== "stale" && freshness !== "expired";
}

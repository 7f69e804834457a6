import type { DeviceState } from "../../../src/state/picture.ts";
import { wizardHref } from "../live/place.ts";
import { moment } from "./time.ts";

/** Why nothing newer is known about a device, and what to do. */
export interface DeviceAdvice {
  readonly title: string;
  readonly advice: string;
  /** Where to do it, where that is on this page. */
  readonly link: { readonly label: string; readonly href: string } | null;
}

export function deviceAdvice(device: DeviceState, now: number): DeviceAdvice | null {
  const isLock = device.kind === "lock";
  switch (device.trouble) {
    case null:
      return device.available
        ? null
        : { title: "Its state is too old", advice: "The gateway keeps asking.", link: null };
    case "offline":
      return {
        title: "The cloud cannot reach it",
        advice: isLock
          ? "Check its batteries, and its bridge or Wi-Fi. A key or a code opens it all the same."
          : "Check its power and its Wi-Fi.",
        link: null,
      };
    case "missing": {
      const since = device.missing_since_at === null ? "" : ` since ${moment(device.missing_since_at, now)}`;
      return {
        title: `Not in the cloud's list${since}`,
        advice:
          "Check in the Xthings Home app that it is still there, and ticked on the OpenAPI screen. When lists have lacked it for a day, it is removed here too, and from Home Assistant.",
        link: null,
      };
    }
    case "not_reported":
      return {
        title: "The cloud does not report it",
        advice:
          "It reports other devices. Check whether the Xthings Home app shows this one; the gateway keeps asking.",
        link: null,
      };
    case "sign_in_needed":
      return {
        title: "Nobody is signed in to its account",
        advice: "Until somebody is, it can be neither seen nor controlled from here.",
        link: { label: "Sign in", href: wizardHref("sign-in", device.account_id) },
      };
    case "cloud_unreachable":
      return {
        title: "The U-tec cloud does not answer",
        advice: "The gateway keeps asking by itself; there is nothing to do here.",
        link: null,
      };
  }
}

/** True while the known main state may be shown as current. */
export function isCurrent({ available, freshness }: DeviceState): boolean {
  return available && freshness !== "stale" && freshness !== "expired";
}

import { DetailsStep } from "./cloud/details-step.ts";
import { DeviceCodeStep } from "./cloud/device-code-step.ts";
import { LoginStep } from "./cloud/login-step.ts";

/** The steps that no cloud with locks has: in a file of their own. */
export const OTHER_CLOUD_ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "utec-details-step": DetailsStep,
  "utec-device-code-step": DeviceCodeStep,
  "utec-login-step": LoginStep,
};

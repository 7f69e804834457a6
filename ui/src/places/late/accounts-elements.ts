import { Timeline } from "../../parts/basics/timeline.ts";
import { LeftOptions } from "../../parts/tokens/left-options.ts";
import { RefreshForm } from "../../parts/tokens/refresh-form.ts";
import { CloudStep } from "../../wizard/cloud/cloud-step.ts";
import { CredentialsStep } from "../../wizard/credentials-step.ts";
import { FoundStep } from "../../wizard/found-step.ts";
import { FindStep } from "../../wizard/open-api-screen/find-step.ts";
import { SignInStep } from "../../wizard/sign-in/sign-in-step.ts";
import { SignInWizard } from "../../wizard/sign-in-wizard.ts";
import { AccountPanel } from "../account-panel.ts";
import { AccountsPlace } from "../accounts-place.ts";

/** The accounts, and the wizard in which they are added. */
export const ACCOUNTS_ELEMENTS = {
  "utec-account-panel": AccountPanel,
  "utec-accounts-place": AccountsPlace,
  "utec-cloud-step": CloudStep,
  "utec-credentials-step": CredentialsStep,
  "utec-find-step": FindStep,
  "utec-found-step": FoundStep,
  "utec-left-options": LeftOptions,
  "utec-refresh-form": RefreshForm,
  "utec-sign-in-step": SignInStep,
  "utec-sign-in-wizard": SignInWizard,
  "utec-timeline": Timeline,
};

import { GatewayPage } from "./gateway-page.ts";
import { AccountCard } from "./parts/tokens/account-card.ts";
import { DeviceCard } from "./parts/devices/device-card.ts";
import { DeviceRemoval } from "./parts/devices/device-removal.ts";
import { HomeAssistantCard } from "./parts/home-assistant-card.ts";
import { LockCard } from "./parts/devices/lock-card.ts";
import { LockModeField } from "./parts/devices/lock-mode-field.ts";
import { LeftOptions } from "./parts/tokens/left-options.ts";
import { RefreshForm } from "./parts/tokens/refresh-form.ts";
import { SetUp } from "./parts/set-up.ts";
import { CopyButton } from "./parts/basics/copy-button.ts";
import { ThemeButton } from "./parts/basics/theme-button.ts";
import { Timeline } from "./parts/basics/timeline.ts";
import { TokenLife } from "./parts/tokens/token-life.ts";
import { TokenMarks } from "./parts/tokens/token-marks.ts";
import { StatusBanner } from "./parts/status-banner.ts";
import { AccountPanel } from "./places/account-panel.ts";
import { AccountsPlace } from "./places/accounts-place.ts";
import { ActivityPlace } from "./places/activity-place.ts";
import { OverviewPlace } from "./places/overview-place.ts";
import { CloudStep } from "./wizard/cloud/cloud-step.ts";
import { CredentialsStep } from "./wizard/credentials-step.ts";
import { FindStep } from "./wizard/open-api-screen/find-step.ts";
import { FoundStep } from "./wizard/found-step.ts";
import { SignInStep } from "./wizard/sign-in-step.ts";
import { SignInWizard } from "./wizard/sign-in-wizard.ts";

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "utec-account-card": AccountCard,
  "utec-account-panel": AccountPanel,
  "utec-accounts-place": AccountsPlace,
  "utec-activity-place": ActivityPlace,
  "utec-cloud-step": CloudStep,
  "utec-copy-button": CopyButton,
  "utec-credentials-step": CredentialsStep,
  "utec-device-card": DeviceCard,
  "utec-device-removal": DeviceRemoval,
  "utec-find-step": FindStep,
  "utec-found-step": FoundStep,
  "utec-home-assistant-card": HomeAssistantCard,
  "utec-left-options": LeftOptions,
  "utec-lock-card": LockCard,
  "utec-lock-mode-field": LockModeField,
  "utec-overview-place": OverviewPlace,
  "utec-refresh-form": RefreshForm,
  "utec-set-up": SetUp,
  "utec-sign-in-step": SignInStep,
  "utec-sign-in-wizard": SignInWizard,
  "utec-theme-button": ThemeButton,
  "utec-timeline": Timeline,
  "utec-token-life": TokenLife,
  "utec-token-marks": TokenMarks,
  "utec-status-banner": StatusBanner,
  // Last: it draws all others.
  "utec-gateway-page": GatewayPage,
};

/**
 * Makes the page's elements known to the browser, but for those that a place loads when it is opened. Importing a part does
 * nothing by itself.
 */
export function defineElements(registry: CustomElementRegistry): void {
  for (const [name, element] of Object.entries(ELEMENTS)) registry.define(name, element);
}

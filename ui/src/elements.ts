import { GatewayPage } from "./gateway-page.ts";
import { CopyButton } from "./parts/basics/copy-button.ts";
import { LanguageMenu } from "./parts/basics/language-menu.ts";
import { ThemeButton } from "./parts/basics/theme-button.ts";
import { DeviceCard } from "./parts/devices/device-card.ts";
import { DeviceRemoval } from "./parts/devices/device-removal.ts";
import { LockCard } from "./parts/devices/lock-card.ts";
import { LockModeField } from "./parts/devices/lock-mode-field.ts";
import { LateState } from "./parts/foundations/late-state.ts";
import { HomeAssistantCard } from "./parts/home-assistant-card.ts";
import { SetUp } from "./parts/set-up.ts";
import { StatusBanner } from "./parts/status-banner.ts";
import { AccountCard } from "./parts/tokens/account-card.ts";
import { TokenLife } from "./parts/tokens/token-life.ts";
import { TokenMarks } from "./parts/tokens/token-marks.ts";
import { OverviewPlace } from "./places/overview-place.ts";

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "utec-account-card": AccountCard,
  "utec-copy-button": CopyButton,
  "utec-device-card": DeviceCard,
  "utec-device-removal": DeviceRemoval,
  "utec-home-assistant-card": HomeAssistantCard,
  "utec-language-menu": LanguageMenu,
  "utec-late-state": LateState,
  "utec-lock-card": LockCard,
  "utec-lock-mode-field": LockModeField,
  "utec-overview-place": OverviewPlace,
  "utec-set-up": SetUp,
  "utec-status-banner": StatusBanner,
  "utec-theme-button": ThemeButton,
  "utec-token-life": TokenLife,
  "utec-token-marks": TokenMarks,
  // Last: it draws all others.
  "utec-gateway-page": GatewayPage,
};

/**
 * Makes the overview's elements known to the browser; the other places, and some parts, are loaded when they are opened.
 * Importing a part does nothing by itself.
 */
export function defineElements(registry: CustomElementRegistry): void {
  for (const [name, element] of Object.entries(ELEMENTS)) registry.define(name, element);
}

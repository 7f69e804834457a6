import type { Locator, Page } from "playwright-core";
import type { AccountState } from "../../../src/keeper/account-state.ts";
import type { WizardStep } from "../../../ui/src/live/place.ts";

/** The place of a step of the wizard. */
export function place(step: WizardStep, account: AccountState | undefined): string {
  return `accounts/sign-in?account=${account?.id ?? ""}&step=${step}`;
}

/** Chooses a cloud and goes on. */
export async function choose(page: Page, cloud: string): Promise<void> {
  await page.getByRole("radio", { name: cloud }).check();
  await page.getByRole("button", { name: "Next" }).click();
}

export function field(page: Page, label: string): Locator {
  return page.locator("input").and(page.getByLabel(label, { exact: true }));
}

/** Fills the field of a screen and goes on. */
export async function fill(page: Page, label: string, value: string): Promise<void> {
  await field(page, label).fill(value);
  await page.getByRole("button", { name: "Next" }).click();
}

/** What a screen reader reads after the label of a field. */
export async function description(page: Page, label: string): Promise<string> {
  const id = await field(page, label).getAttribute("aria-describedby");
  return (await page.locator(`#${id ?? ""}`).textContent()) ?? "";
}

import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** The steps that follow the last question. */
const SIGN_IN_AND_END = 2;

/** What is filled into the fields, by their names. */
export type Filled = Readonly<Partial<Record<string, string>>>;

/** The page's wizard as a person goes through it, who reads what is asked and knows nothing else. */
export class Wizard {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** From any place: chooses the cloud, and is at its first question. */
  async begin(provider: string): Promise<void> {
    await this.page.getByRole("link", { name: "Accounts", exact: true }).click();
    await this.page.getByRole("link", { name: "Add account" }).click();
    await this.page.locator(`input[name=cloud][value=${provider}]`).check();
    await this.next();
  }

  field(name: string): Locator {
    return this.page.locator(`input#${name}`);
  }

  /** The sentence under a field: a hint, or what is wrong with it. */
  async below(name: string): Promise<string> {
    return (await this.page.locator(`#${name}-below`).innerText()).trim();
  }

  /** The fields of the present screen that are typed into. */
  async fields(): Promise<readonly string[]> {
    const inputs = this.page.locator("utec-sign-in-wizard form .field input");
    return inputs.evaluateAll((all) => all.map(({ id }) => id));
  }

  /** Presses the button that leads on, and waits for what comes of it: another screen, or a word against this one. */
  async next(): Promise<void> {
    const before = await this.#step();
    await this.page.getByRole("button", { name: "Next" }).click();
    const refused = this.page.locator("utec-sign-in-wizard [aria-invalid=true], utec-sign-in-wizard .problem");
    await expect
      .poll(async () => (await this.#step()) !== before || (await refused.count()) > 0, { timeout: 15_000 })
      .toBe(true);
    // A part of the page that few need is loaded only now.
    await this.page.locator("utec-sign-in-wizard .ends").waitFor();
  }

  /** Answers one screen after the other, up to the sign-in. */
  async answer(filled: Filled): Promise<void> {
    while (!this.isAtSignIn) await this.answerScreen(filled);
  }

  /** Answers what the present screen asks. */
  async answerScreen(filled: Filled): Promise<void> {
    const values = this.page.getByRole("link", { name: "I see the values" });
    if ((await values.count()) > 0) {
      await values.click();
      await this.field("client_id").waitFor();
      return;
    }
    await this.fill(filled);
    await this.next();
  }

  /** Fills the present screen in, and does not go on. */
  async fill(filled: Filled): Promise<void> {
    for (const name of await this.#choices()) {
      const value = filled[name] ?? "";
      if (value !== "") await this.page.locator(`utec-details-step input[name=${name}][value="${value}"]`).check();
    }
    for (const name of await this.fields()) await this.field(name).fill(filled[name] ?? "");
  }

  /** No more is asked after it. */
  async isAtLast(): Promise<boolean> {
    const [, at, of] = /Step (\d+) of (\d+)/.exec((await this.#step()) ?? "") ?? [];
    return Number(at) === Number(of) - SIGN_IN_AND_END;
  }

  /** Nothing more is asked: the account has been added. */
  get isAtSignIn(): boolean {
    return /step=(?:sign-in|found)/.test(this.page.url());
  }

  /** At the end: gives the account a name, and is back where all is seen. */
  async finish(name: string): Promise<void> {
    await this.field("name").fill(name);
    await this.page.getByRole("button", { name: "Done" }).click();
    await this.page.getByRole("heading", { name, exact: true }).waitFor();
  }

  async #choices(): Promise<readonly string[]> {
    const names = await this.page
      .locator("utec-details-step input[type=radio]")
      .evaluateAll((inputs) => inputs.map((input) => input.getAttribute("name") ?? ""));
    return [...new Set(names)];
  }

  /** "Step 2 of 6", drawn together with what it asks. */
  async #step(): Promise<string | null> {
    return this.page.locator("utec-sign-in-wizard section > div > p").first().textContent();
  }
}

import { html } from "lit";
import type { TemplateResult } from "lit";
import { say } from "../../words/language/words.ts";
import { base, button } from "./styles.ts";
import { WordedElement } from "../foundations/worded-element.ts";

const COPIED_MS = 4000;

/** Copies a text that stands beside it. */
export class CopyButton extends WordedElement {
  static override properties = { text: { attribute: false }, label: { type: String }, outcome: { state: true } };
  declare text: string;
  /** What is copied: "Copy the code". */
  declare label: string;
  declare outcome: "copied" | "refused" | null;
  #timer: number | undefined;

  constructor() {
    super();
    this.outcome = null;
  }

  static override styles = [base, button];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.#timer);
  }

  override render(): TemplateResult {
    return html`<button type="button" class="button" @click=${() => void this.#copy()}>
        <span aria-hidden=${this.outcome === "copied"}>${this.label}</span>
        <span aria-hidden=${this.outcome !== "copied"}>${say("page.copied")}</span>
      </button>
      <span class="muted" role="status">${this.outcome === "refused" ? say("page.copy_refused") : ""}</span>`;
  }

  async #copy(): Promise<void> {
    window.clearTimeout(this.#timer);
    this.outcome = (await this.#written()) ? "copied" : "refused";
    // What to do instead stays for who has still to do it.
    if (this.outcome === "refused") return;
    this.#timer = window.setTimeout(() => {
      this.outcome = null;
    }, COPIED_MS);
  }

  async #written(): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(this.text);
      return true;
    } catch {
      return this.#writtenFromPage();
    }
  }

  /** Over plain HTTP, as most homes have it, a page has no clipboard: it can only copy what is selected. */
  #writtenFromPage(): boolean {
    const area = document.createElement("textarea");
    area.value = this.text;
    area.readOnly = true;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    this.renderRoot.querySelector("button")?.focus();
    return copied;
  }
}

import { LitElement, html, render } from "lit";
import { onWords, say } from "../../words/language/words.ts";

/** An element with words: drawn again when the reader chooses another language. */
export class WordedElement extends LitElement {
  #forget: () => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#forget = onWords(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    this.#forget();
    super.disconnectedCallback();
  }

  /**
   * What cannot be drawn leaves a note in its place, and everything else as it is: a gateway of another version may say
   * what this page does not understand.
   */
  protected override performUpdate(): void {
    try {
      super.performUpdate();
    } catch (error) {
      console.warn(error);
      render(html`<p role="status">${say("page.part_not_understood")}</p>`, this.renderRoot, this.renderOptions);
    }
  }
}

import { ClientForm } from "./client-form.ts";
import { ClientList } from "./client-list.ts";

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "utec-client-form": ClientForm,
  "utec-client-list": ClientList,
};

/** Makes the elements of this folder known to the browser; again is harmless. A file of its own, that few need, has them. */
export function defineClientElements(registry: CustomElementRegistry): void {
  for (const [name, element] of Object.entries(ELEMENTS)) {
    if (registry.get(name) === undefined) registry.define(name, element);
  }
}

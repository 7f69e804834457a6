import { ClientForm } from "./client-form.ts";
import { ClientList } from "./client-list.ts";

/** In a file of their own, that few need. */
export const CLIENT_ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "utec-client-form": ClientForm,
  "utec-client-list": ClientList,
};

import type { ImportDesk } from "../../import/import-state.ts";
import type { Endpoints } from "../api/endpoints.ts";
import { Fields } from "../../incoming/fields.ts";

/** Taking over uteclocal's config: how it stands, and a file that a person chooses or confirms. */
export function addImportEndpoint(endpoints: Endpoints, imports: ImportDesk): void {
  endpoints.add("/api/import", {
    GET: (_request, response) => void response.json(imports.state()),
    POST: (request, response) => {
      const fields = new Fields(request.body, ["file", "confirm"]);
      const file = fields.optionalText("file");
      const confirmed = fields.optionalFlag("confirm") ?? false;
      const outcome = file === undefined ? imports.importFound(confirmed) : imports.importText(file, confirmed);
      response.status(outcome.is_new ? 201 : 200).json(outcome);
    },
  });
}

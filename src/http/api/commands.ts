import { Problem } from "../../problem.ts";
import { COMMANDS_KEPT } from "../../state/live-picture.ts";
import { COMMAND_NAMES } from "../../state/picture.ts";
import type { CommandApi } from "../../utec/commands/command-api.ts";
import { sendJson } from "./endpoints.ts";
import type { Endpoints } from "./endpoints.ts";
import { Fields } from "../../incoming/fields.ts";
import { isFromBrowser } from "../access/own-origin.ts";
import type { PictureJson } from "./picture-json.ts";
import { phrase } from "../../said/phrase.ts";

export interface CommandParts {
  readonly commands: CommandApi;
  readonly pictureJson: PictureJson;
}

/** Commands: send one, look up what became of it. */
export function addCommandEndpoints(endpoints: Endpoints, { commands, pictureJson }: CommandParts): void {
  endpoints.add("/api/commands", {
    GET: (request, response) => {
      const id = new Fields(request.query, ["id"]).optionalText("id");
      if (id === undefined) {
        return sendJson(response, pictureJson.read("commands"));
      }
      const command = commands.find(id);
      if (!command) {
        throw new Problem("command_not_found", phrase("command_id_unknown", { count: COMMANDS_KEPT }), {
          field: "id",
        });
      }
      response.json({ commands: [command] });
    },
    POST: async (request, response) => {
      const fields = new Fields(request.body, ["device_id", "name", "args", "id", "deadline_at"]);
      const { user_id, user_name } = response.locals.visitor;
      const command = await commands.submit({
        device_id: fields.text("device_id"),
        name: fields.choice("name", COMMAND_NAMES),
        args: fields.optionalObject("args"),
        id: fields.optionalText("id"),
        deadline_at: fields.optionalTime("deadline_at"),
        origin: {
          kind: isFromBrowser(request.headers) ? "page" : "api",
          name: user_name,
          automation: false,
          ...(user_id === null ? {} : { user_id }),
        },
      });
      response.status(202).json(command);
    },
  });
}

import { Problem } from "../../problem.ts";
import { phrase } from "../../said/phrase.ts";

export const LONGEST_COMMAND_ID = 100;

/** What a caller may use as a command's id. @throws Problem `bad_request` */
export function assertCommandId(id: string): void {
  if (id !== "" && id.length <= LONGEST_COMMAND_ID) return;
  throw new Problem("bad_request", phrase("command_id_length", { max: LONGEST_COMMAND_ID }), { field: "id" });
}

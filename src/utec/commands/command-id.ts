import { Problem } from "../../problem.ts";

export const LONGEST_COMMAND_ID = 100;

/** What an asker may call a command. @throws Problem `bad_request` */
export function assertCommandId(id: string): void {
  if (id !== "" && id.length <= LONGEST_COMMAND_ID) return;
  throw new Problem("bad_request", `"id" must be a text of 1 to ${LONGEST_COMMAND_ID} characters.`, { field: "id" });
}

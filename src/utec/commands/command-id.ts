import { Problem } from "../../problem.ts";

export const LONGEST_COMMAND_ID = 100;

/** What a caller may use as a command's id. @throws Problem `bad_request` */
export function assertCommandId(id: string): void {
  if (id !== "" && id.length <= LONGEST_COMMAND_ID) return;
  throw new Problem("bad_request", `"id" must be a string of 1 to ${LONGEST_COMMAND_ID} characters.`, { field: "id" });
}

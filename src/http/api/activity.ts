import { ACTIVITY_KINDS, MOST_ENTRIES, USUAL_ENTRIES } from "../../activity/entry.ts";
import type { ActivityReader } from "../../activity/entry.ts";
import { sendJson } from "./endpoints.ts";
import type { Endpoints } from "./endpoints.ts";
import { Fields } from "../../incoming/fields.ts";

/** The activity log, a page at a time; new entries come by the live feed. */
export function addActivityEndpoint(endpoints: Endpoints, activity: ActivityReader): void {
  endpoints.add("/api/activity", {
    GET: (request, response) => {
      const fields = new Fields(request.query, ["device_id", "kind", "before", "limit"]);
      return sendJson(
        response,
        activity.page({
          device_id: fields.optionalText("device_id"),
          kinds: fields.optionalChoices("kind", ACTIVITY_KINDS),
          before: fields.optionalInteger("before", { min: 1, max: 999_999_999 }),
          limit: fields.optionalInteger("limit", { min: 1, max: MOST_ENTRIES }) ?? USUAL_ENTRIES,
        }),
      );
    },
  });
}

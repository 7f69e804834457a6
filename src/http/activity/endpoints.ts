import { ACTIVITY_KINDS, MOST_ENTRIES, USUAL_ENTRIES } from "../../activity/entry.ts";
import type { ActivityReader } from "../../activity/entry.ts";
import type { AccountEvents } from "../../activity/event.ts";
import { MOST_EVENTS, USUAL_EVENTS, readEvents } from "../../activity/event-log.ts";
import type { AccountDesk } from "../../keeper/account.ts";
import { Problem } from "../../problem.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import { EXPORT_FORMATS, sendExport } from "./export.ts";
import { FILTER_FIELDS, filterIn, positionIn } from "./filter.ts";
import { sendJson } from "../api/endpoints.ts";
import type { Endpoints } from "../api/endpoints.ts";
import { Fields } from "../../incoming/fields.ts";

export interface ActivityEndpointParts {
  readonly activity: ActivityReader;
  readonly accounts: Pick<AccountDesk, "events">;
  readonly picture: LivePicture;
}

/** Of each device; a confirmed command is two or three. */
const NEWEST_ENTRIES = 9;

/** The activity log: entries, the events that they make, the newest of each device, and all of it as a file. */
export function addActivityEndpoints(
  endpoints: Endpoints,
  { activity, accounts, picture }: ActivityEndpointParts,
): void {
  /** An account may be removed between the two questions. */
  const tokens = (): AccountEvents[] =>
    picture.accounts().flatMap(({ id, name }) => {
      try {
        return [{ id, name, events: accounts.events(id) }];
      } catch (error) {
        if (error instanceof Problem && error.code === "account_not_found") return [];
        throw error;
      }
    });

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
  endpoints.add("/api/activity/events", {
    GET: (request, response) => {
      const fields = new Fields(request.query, [...FILTER_FIELDS, "before", "limit"]);
      const limit = fields.optionalInteger("limit", { min: 1, max: MOST_EVENTS }) ?? USUAL_EVENTS;
      return sendJson(
        response,
        readEvents(activity, tokens(), { ...filterIn(fields), before: positionIn(fields), limit }),
      );
    },
  });
  endpoints.add("/api/activity/latest", {
    GET: (request, response) => {
      Fields.none(request.query);
      return sendJson(response, { entries: activity.newest(NEWEST_ENTRIES) });
    },
  });
  endpoints.add("/api/activity/export", {
    GET: (request, response) => {
      const fields = new Fields(request.query, [...FILTER_FIELDS, "format"]);
      const format = fields.choice("format", EXPORT_FORMATS);
      return sendExport(response, format, {
        read: (before) => readEvents(activity, tokens(), { ...filterIn(fields), before, limit: MOST_EVENTS }),
        accountName: (id) => picture.account(id)?.name ?? "",
      });
    },
  });
}

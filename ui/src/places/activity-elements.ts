import { ActivityLog } from "./activity-log.ts";

/** Loaded when somebody opens the activity. */
export const ACTIVITY_ELEMENTS = { "utec-activity-log": ActivityLog };

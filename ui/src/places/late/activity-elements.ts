import { Timeline } from "../../parts/basics/timeline.ts";
import { ActivityPlace } from "../activity-place.ts";

export const ACTIVITY_ELEMENTS = { "utec-activity-place": ActivityPlace, "utec-timeline": Timeline };

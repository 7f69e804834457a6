import { LogPlace } from "../log-place.ts";

export const LOG_ELEMENTS = { "utec-log-place": LogPlace };

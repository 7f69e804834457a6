import { applyTheme, readTheme } from "./live/theme.ts";

applyTheme(readTheme());

import { expect, test } from "vitest";
import { PATIENCE_MS, axeFindings, beyondPhone, findings, withStage } from "./states.ts";

/** What differs from the light page, of the states of which a picture is kept; all else is held there. */
const CONTRAST = ["color-contrast"];

withStage();

test(
  "in dark and in German, no kept state lacks contrast or is wider than a phone",
  { timeout: PATIENCE_MS },
  async () => {
    const view = { language: "de", theme: "dark", width: 1440 } as const;
    const found = await findings(
      view,
      async (page) => [...(await axeFindings(page, CONTRAST)), ...(await beyondPhone(page))],
      ({ kept = false }) => kept,
    );
    expect(found).toEqual([]);
  },
);

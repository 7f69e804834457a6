import { expect, test } from "vitest";
import { PATIENCE_MS, axeFindings, beyondPhone, findings, withStage } from "./states.ts";

withStage();

test(
  "in light and in English, no state has a finding of axe or is wider than a phone",
  { timeout: PATIENCE_MS },
  async () => {
    const view = { language: "en", theme: "light", width: 1440 } as const;
    const found = await findings(view, async (page) => [...(await axeFindings(page)), ...(await beyondPhone(page))]);
    expect(found).toEqual([]);
  },
);

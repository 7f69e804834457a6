import { expect, test } from "vitest";
import { notConfigured } from "../../../src/home-assistant/link-report.ts";

test("who runs the gateway without Home Assistant is told what to do, not the names of variables", () => {
  const { status, message } = notConfigured(0);
  expect(status).toBe("not_configured");
  expect(message).toContain("the add-on U-tec Gateway connects by itself");
  expect(message).not.toMatch(/[A-Z]+_[A-Z]+/);
});

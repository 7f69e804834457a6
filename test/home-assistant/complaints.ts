import { expect, test } from "vitest";
import type { WholeSystem } from "../../scripts/processes/whole-system.ts";

/** What the integration itself has to say here: an account had to be signed in again, and a gateway was installed again. */
const MEANT = /The account .* needs attention|Another gateway .* wants to connect/;

export function promiseNoComplaint(system: WholeSystem): void {
  test("Home Assistant had nothing to complain about in the integration, nor the integration in anything", () => {
    const log = system.homeAssistant.log();
    expect(log).toContain("The gateway is connected");
    const complaints = log
      .split("\n")
      .filter((line) => / (WARNING|ERROR|CRITICAL) /.test(line))
      .filter((line) => /utec_gateway|custom integration/.test(line))
      // Home Assistant says so of every custom integration that there is.
      .filter((line) => !line.includes("which has not been tested by Home Assistant") && !MEANT.test(line));
    expect(complaints).toEqual([]);
  });
}

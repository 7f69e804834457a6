import { accessOf, refusalOf, RIGHTS_BY_ADDRESS, rightFor } from "../../src/http/access/rights.ts";
import type { Access, Address, Standing } from "../../src/http/access/rights.ts";
import { snapshotIn, viewOf } from "../../src/http/api/reduced-picture.ts";
import type { Snapshot } from "../../src/state/picture.ts";
import type { Scenario } from "./scenarios.ts";

/** Who is looking in a scenario. */
export function onlookerOf(scenario: Scenario): Access {
  const standing: Standing = scenario === "member" || scenario === "unconfirmed" ? scenario : "administrator";
  return accessOf(standing, false);
}

/** The picture as this person may see it. */
export function seenBy(access: Access, picture: Snapshot): Snapshot {
  return snapshotIn(viewOf(access), picture);
}

/** The gateway's refusal of a request; undefined if there is none. */
export function refusedRequest(
  access: Access,
  method: string | undefined,
  path: string,
): { readonly status: number; readonly code: string; readonly detail: string } | undefined {
  if (!isAddress(path)) return undefined;
  const needed = rightFor(path, method === "POST" ? "POST" : "GET");
  const detail = needed === undefined || needed === "anybody" ? null : refusalOf(access, needed);
  return detail === null ? undefined : { status: 403, code: "forbidden", detail };
}

function isAddress(path: string): path is Address {
  return path in RIGHTS_BY_ADDRESS;
}

import { describe, expect, it } from "vitest";
import { newFlight } from "../../src/jobs/flight.ts";
import { MOST_WORKERS, nextToDepart } from "../../src/jobs/line.ts";
import type { Flight } from "../../src/jobs/flight.ts";

const refresh = (account_id: string): Flight => newFlight({ kind: "refresh", account_id, generation: null });
const signIn = (account_id: string): Flight =>
  newFlight({ kind: "sign_in", account_id, code: "code", redirect_uri: "https://example.test" });
const ENDS: Readonly<Record<string, number>> = { over: 0, soon: 1000, late: 9000, never: Infinity };
const next = (...flights: readonly Flight[]): string | undefined =>
  nextToDepart(flights, (id) => ENDS[id] ?? NaN)?.job.account_id;

describe("the line for a worker", () => {
  it("goes by whose token ends first, and by who came first where nobody knows", () => {
    expect(next(refresh("late"), refresh("never"), refresh("soon"))).toBe("soon");
    expect(next(refresh("soon"), refresh("over"))).toBe("over");
    expect(next(refresh("never"), refresh("never"))).toBe("never");
  });

  it("lets a person go first, and the refresh for which a person waits", () => {
    expect(next(refresh("over"), signIn("late"))).toBe("late");
    const joined = refresh("late");
    joined.urgent = true;
    expect(next(refresh("over"), joined)).toBe("late");
  });

  it("lets a refresh that somebody asked for go before those that are only due", () => {
    const asked = newFlight({ kind: "refresh", account_id: "late", generation: 3 });
    expect(next(refresh("over"), asked)).toBe("late");
  });

  it("sends nobody while all workers are taken", () => {
    const busy = Array.from({ length: MOST_WORKERS }, () => Object.assign(refresh("soon"), { departed: true }));
    expect(next(...busy, refresh("over"))).toBeUndefined();
    expect(next(...busy.slice(1), refresh("over"))).toBe("over");
  });
});

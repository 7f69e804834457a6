import { describe, expect, it } from "vitest";
import { AccountSchedule } from "../../src/jobs/account-schedule.ts";
import { crashed, whenDue } from "../../src/jobs/flight.ts";
import type { AnsweredAttempt } from "../../src/keeper/vault/tables/attempt.ts";

const DUE = whenDue("account");
const COMMITTED = { outcome: "committed", account_id: "account", generation: 2 } as const;
const ANSWER = { attempt_id: 1 } as unknown as AnsweredAttempt;

function schedule(...steps: readonly ((schedule: AccountSchedule) => unknown)[]): AccountSchedule {
  const made = new AccountSchedule("account");
  for (const step of steps) step(made);
  return made;
}
const planned = (it: AccountSchedule): void => it.plan(1000);
const waiting = (it: AccountSchedule): unknown => it.queue(DUE);
const running = (it: AccountSchedule): void => it.depart();

describe("an account's schedule", () => {
  it("goes from a date to the line, to a worker and back", () => {
    const it = schedule();
    expect(it.state).toBe("idle");
    planned(it);
    expect([it.state, it.plannedAt]).toEqual(["planned", 1000]);
    waiting(it);
    expect([it.state, it.plannedAt]).toEqual(["waiting", null]);
    running(it);
    expect(it.state).toBe("running");
    expect(it.end(COMMITTED)).toBe(COMMITTED);
    expect([it.state, it.flight]).toEqual(["idle", null]);
  });

  it("keeps a date that is planned meanwhile for afterwards", () => {
    const it = schedule(waiting, running, planned);
    expect(it.state).toBe("running");
    it.end(COMMITTED);
    expect([it.state, it.plannedAt]).toEqual(["planned", 1000]);
  });

  it("has one flight at most", () => {
    expect(() => schedule(waiting).queue(DUE)).toThrow("flight");
  });

  it("is urgent once somebody waits for its flight", () => {
    const it = schedule(waiting);
    it.join(DUE);
    expect(it.flight?.urgent).toBe(false);
    it.join({ ...DUE, kind: "refresh", generation: 1 });
    expect(it.flight?.urgent).toBe(true);
  });

  it("keeps an answer that a broken flight may not have saved, until one has or nothing is wanted any more", () => {
    const it = schedule(waiting, running);
    if (it.flight !== null) it.flight.answer = ANSWER;
    expect(it.end(crashed("account"))).toEqual({ ...crashed("account"), unsaved: ANSWER });
    waiting(it);
    expect(it.end(crashed("account"))).toMatchObject({ unsaved: ANSWER });
    waiting(it);
    it.end(COMMITTED);
    expect(it.unsaved).toBeNull();
    const removed = schedule(waiting, ({ flight }) => flight && (flight.answer = ANSWER));
    removed.end(crashed("account"));
    removed.plan(null);
    expect(removed.unsaved).toBeNull();
  });
});

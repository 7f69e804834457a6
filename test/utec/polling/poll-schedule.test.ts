import { describe, expect, it } from "vitest";
import { PollSchedule } from "../../../src/utec/polling/poll-schedule.ts";
import { ManualClock } from "../../clock.ts";

function aCadence(fraction = 0.5): { clock: ManualClock; schedule: PollSchedule } {
  const clock = new ManualClock();
  return {
    clock,
    schedule: new PollSchedule({ clock, random: () => fraction, intervalMs: () => 30_000, retryMs: 30_000 }),
  };
}

describe("a schedule", () => {
  it("is due at first, and then an interval after the end of the last time", () => {
    const { clock, schedule } = aCadence();
    expect(schedule.take()).toBe(true);
    clock.advance(4000);
    schedule.succeeded();
    expect(schedule.dueIn).toBe(30_000);
    clock.advance(29_999);
    expect(schedule.take()).toBe(false);
    clock.advance(1);
    expect(schedule.take()).toBe(true);
  });

  it("drifts a little, so that those that started together do not stay together", () => {
    for (const [fraction, dueIn] of [
      [0, 28_500],
      [1, 31_500],
    ] as const) {
      const { schedule } = aCadence(fraction);
      schedule.take();
      schedule.succeeded();
      expect(schedule.dueIn).toBe(dueIn);
    }
  });

  it("backs off with jitter while it fails, never by more than 25 s while an outage is short", () => {
    const pauses = (fraction: number): number[] => {
      const clock = new ManualClock();
      const schedule = new PollSchedule({ clock, random: () => fraction, intervalMs: () => 10_000, retryMs: 10_000 });
      return Array.from({ length: 4 }, () => {
        schedule.take();
        schedule.failed();
        const pause = schedule.dueIn;
        clock.advance(pause);
        return pause / 1000;
      });
    };
    expect(pauses(0)).toEqual([5, 10, 12.5, 12.5]);
    expect(pauses(1)).toEqual([10, 20, 25, 25]);
  });

  it("backs off up to 2 min in an outage of more than 15 min, and starts over after that", () => {
    const { clock, schedule } = aCadence(1);
    const fail = (): number => {
      schedule.take();
      schedule.failed();
      const pause = schedule.dueIn;
      clock.advance(pause);
      return pause / 1000;
    };
    expect(Array.from({ length: 36 }, fail)).toEqual(Array.from({ length: 36 }, () => 25));
    expect(Array.from({ length: 10 }, fail)).toEqual(Array.from({ length: 10 }, () => 120));
    schedule.take();
    schedule.succeeded();
    clock.advance(32_000);
    expect(fail()).toBe(25);
  });

  it("counts a pause from the beginning of the last try, but leaves 5 s after its end", () => {
    const { clock, schedule } = aCadence(1);
    schedule.take();
    clock.advance(15_000);
    schedule.failed();
    expect(schedule.dueIn).toBe(10_000);
    clock.advance(10_000);
    schedule.take();
    clock.advance(24_000);
    schedule.failed();
    expect(schedule.dueIn).toBe(5000);
  });

  it("is due soon once the cloud answers again, at a moment of its own, and not before the cloud allows it", () => {
    for (const fraction of [0, 0.5, 0.9]) {
      const { schedule } = aCadence(fraction);
      schedule.take();
      schedule.failed();
      schedule.recovered();
      expect(schedule.isFailing).toBe(false);
      expect(schedule.dueIn).toBe(fraction * 5000);
      schedule.failed(600);
      schedule.recovered();
      expect(schedule.dueIn).toBe(600_000);
    }
    const { schedule } = aCadence();
    schedule.take();
    schedule.succeeded();
    schedule.recovered();
    expect(schedule.dueIn).toBe(30_000);
  });

  it("starts from the interval again after a success", () => {
    const { schedule } = aCadence();
    schedule.failed();
    schedule.failed();
    schedule.succeeded();
    expect(schedule.dueIn).toBe(30_000);
    schedule.failed();
    expect(schedule.dueIn).toBe(18_750);
  });

  it("does not come before the cloud allows it, whoever asks, but within an hour", () => {
    const { clock, schedule } = aCadence();
    schedule.failed(120);
    expect(schedule.dueIn).toBe(120_000);
    schedule.ask();
    expect(schedule.dueIn).toBe(120_000);
    clock.advance(120_000);
    expect(schedule.take()).toBe(true);
    schedule.failed(1);
    expect(schedule.dueIn).toBe(18_750);
    schedule.failed(1_000_000);
    expect(schedule.dueIn).toBe(3_600_000);
  });

  it("comes more often for a while, but not sooner while it fails", () => {
    const { clock, schedule } = aCadence();
    schedule.take();
    schedule.succeeded();
    schedule.hasten(5000, 60_000);
    expect(schedule.dueIn).toBe(5000);
    clock.advance(59_999);
    schedule.succeeded();
    expect(schedule.dueIn).toBe(5000);
    clock.advance(1);
    schedule.succeeded();
    expect(schedule.dueIn).toBe(30_000);
    schedule.take();
    clock.advance(30_000);
    schedule.take();
    schedule.failed();
    schedule.hasten(5000, 60_000);
    expect(schedule.dueIn).toBe(18_750);
  });

  it("never comes less often for being hastened", () => {
    const clock = new ManualClock();
    const schedule = new PollSchedule({ clock, random: () => 0.5, intervalMs: () => 1000, retryMs: 1000 });
    schedule.take();
    schedule.hasten(5000, 60_000);
    schedule.succeeded();
    expect(schedule.dueIn).toBe(1000);
  });

  it("takes a request while it happens: it happens once more, 5 s later", () => {
    const { clock, schedule } = aCadence();
    schedule.take();
    schedule.ask();
    schedule.succeeded();
    expect(schedule.dueIn).toBe(5000);
    clock.advance(5000);
    expect(schedule.take()).toBe(true);
    schedule.failed();
    expect(schedule.take()).toBe(false);
  });

  it("is due at once when asked for later, and once for all requests", () => {
    const { clock, schedule } = aCadence();
    schedule.take();
    schedule.succeeded();
    clock.advance(10_000);
    for (let click = 0; click < 10; click += 1) schedule.ask();
    expect(schedule.take()).toBe(true);
    expect(schedule.take()).toBe(false);
  });

  it("is due once after the machine slept, and not at all because the clock was set", () => {
    const { clock, schedule } = aCadence();
    schedule.take();
    schedule.succeeded();
    clock.jump(8 * 3_600_000);
    expect(schedule.dueIn).toBe(30_000);
    clock.sleep(8 * 3_600_000);
    expect(schedule.take()).toBe(true);
    schedule.succeeded();
    expect(schedule.dueIn).toBe(30_000);
  });

  it("follows an interval that becomes shorter at once, and one that becomes longer from the next time on", () => {
    const clock = new ManualClock();
    let intervalMs = 300_000;
    const schedule = new PollSchedule({ clock, random: () => 0.5, intervalMs: () => intervalMs, retryMs: 30_000 });
    schedule.take();
    schedule.succeeded();
    clock.advance(10_000);
    intervalMs = 30_000;
    schedule.paceChanged();
    expect(schedule.dueIn).toBe(20_000);
    intervalMs = 300_000;
    schedule.paceChanged();
    expect(schedule.dueIn).toBe(20_000);
    clock.advance(20_000);
    schedule.take();
    schedule.failed();
    intervalMs = 1000;
    schedule.paceChanged();
    expect(schedule.dueIn).toBe(18_750);
  });
});

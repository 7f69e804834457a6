import { describe, expect, it } from "vitest";
import { Cadence } from "../../src/utec/cadence.ts";
import { ManualClock } from "../clock.ts";

function aCadence(fraction = 0.5): { clock: ManualClock; cadence: Cadence } {
  const clock = new ManualClock();
  return { clock, cadence: new Cadence({ clock, random: () => fraction, intervalMs: 30_000, retryMs: 30_000 }) };
}

describe("a cadence", () => {
  it("is due at first, and then an interval after the end of the last time", () => {
    const { clock, cadence } = aCadence();
    expect(cadence.take()).toBe(true);
    clock.advance(4000);
    cadence.succeeded();
    expect(cadence.dueIn).toBe(30_000);
    clock.advance(29_999);
    expect(cadence.take()).toBe(false);
    clock.advance(1);
    expect(cadence.take()).toBe(true);
  });

  it("backs off while it fails: half to all of a pause that doubles up to 5 min", () => {
    const pauses = (fraction: number): number[] => {
      const { cadence } = aCadence(fraction);
      return Array.from({ length: 6 }, () => {
        cadence.failed();
        return cadence.dueIn / 1000;
      });
    };
    expect(pauses(0)).toEqual([15, 30, 60, 120, 150, 150]);
    expect(pauses(1)).toEqual([30, 60, 120, 240, 300, 300]);
  });

  it("starts from the interval again after a success", () => {
    const { cadence } = aCadence();
    cadence.failed();
    cadence.failed();
    cadence.succeeded();
    expect(cadence.dueIn).toBe(30_000);
    cadence.failed();
    expect(cadence.dueIn).toBe(22_500);
  });

  it("does not come before it was told to", () => {
    const { cadence } = aCadence();
    cadence.failed(120);
    expect(cadence.dueIn).toBe(120_000);
    cadence.failed(1);
    expect(cadence.dueIn).toBe(45_000);
  });

  it("comes more often for a while, but not sooner while it fails", () => {
    const { clock, cadence } = aCadence();
    cadence.take();
    cadence.succeeded();
    cadence.hasten(5000, 60_000);
    expect(cadence.dueIn).toBe(5000);
    clock.advance(59_999);
    cadence.succeeded();
    expect(cadence.dueIn).toBe(5000);
    clock.advance(1);
    cadence.succeeded();
    expect(cadence.dueIn).toBe(30_000);
    cadence.failed();
    cadence.hasten(5000, 60_000);
    expect(cadence.dueIn).toBe(22_500);
  });

  it("never comes less often for being hastened", () => {
    const clock = new ManualClock();
    const cadence = new Cadence({ clock, random: () => 0, intervalMs: 1000, retryMs: 1000 });
    cadence.take();
    cadence.hasten(5000, 60_000);
    cadence.succeeded();
    expect(cadence.dueIn).toBe(1000);
  });

  it("hears whoever asks while it happens: it happens once more", () => {
    const { cadence } = aCadence();
    cadence.take();
    cadence.ask();
    cadence.succeeded();
    expect(cadence.take()).toBe(true);
    cadence.failed();
    expect(cadence.take()).toBe(false);
  });
});

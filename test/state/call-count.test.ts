import { beforeEach, describe, expect, it } from "vitest";
import { CallCount } from "../../src/state/call-count.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import type { Change } from "../../src/state/picture.ts";
import { ManualClock } from "../clock.ts";
import { aGateway } from "./models.ts";

const HOUR_MS = 3_600_000;

let clock: ManualClock;
let picture: LivePicture;
let changes: Change[];
let calls: CallCount;

beforeEach(() => {
  clock = new ManualClock();
  clock.advance(12_345);
  picture = new LivePicture(aGateway());
  changes = [];
  picture.subscribe((change) => changes.push(change));
  calls = new CallCount({ picture, clock });
});

function call(times: number): void {
  for (let time = 0; time < times; time += 1) calls.called();
}

describe("the calls of the last hour", () => {
  it("are not known before the first hour is over, then those of each whole hour", () => {
    call(2);
    clock.advance(HOUR_MS - 1);
    call(1);
    expect(picture.gateway.calls_last_hour).toBeNull();
    clock.advance(1);
    expect(picture.gateway.calls_last_hour).toBe(3);
    call(5);
    clock.advance(HOUR_MS - 1);
    expect(picture.gateway.calls_last_hour).toBe(3);
    clock.advance(1);
    expect(picture.gateway.calls_last_hour).toBe(5);
    clock.advance(HOUR_MS);
    expect(picture.gateway.calls_last_hour).toBe(0);
  });

  it("change the picture once an hour, and not at all where they are as many", () => {
    for (const times of [4, 4, 4, 5]) {
      call(times);
      clock.advance(HOUR_MS);
    }
    expect(changes.map(({ set }) => set.gateway?.calls_last_hour)).toEqual([4, 5]);
  });

  it("do not change with the wall clock", () => {
    call(1);
    clock.jump(5 * HOUR_MS);
    call(1);
    expect(picture.gateway.calls_last_hour).toBeNull();
    clock.advance(HOUR_MS);
    expect(picture.gateway.calls_last_hour).toBe(2);
  });

  it("are those of their own hour, however late the timer comes", () => {
    const late = new LateClock();
    const count = new CallCount({ picture, clock: late });
    count.called();
    late.advance(HOUR_MS + 1);
    count.called();
    expect(picture.gateway.calls_last_hour).toBe(1);
    late.advance(HOUR_MS * 3);
    late.fire();
    expect(picture.gateway.calls_last_hour).toBe(0);
    late.advance(HOUR_MS);
    late.fire();
    count.called();
    expect(picture.gateway.calls_last_hour).toBe(0);
    count.stop();
  });

  it("leave nothing behind when the gateway stops", () => {
    call(1);
    calls.stop();
    expect(clock.armed).toBe(0);
    clock.advance(2 * HOUR_MS);
    expect(changes).toEqual([]);
  });
});

/** A clock of a process that is stopped now and then: its timers come when it goes on. */
class LateClock extends ManualClock {
  #late = (): void => {};

  override after(_ms: number, callback: () => void): () => void {
    this.#late = callback;
    return () => {};
  }

  fire(): void {
    this.#late();
  }
}

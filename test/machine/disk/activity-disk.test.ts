import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { aFolder, aRecorder } from "../../activity/house.ts";
import { aMount, mayMount } from "./mount.ts";

describe.skipIf(!mayMount())("an activity log whose disk fails", () => {
  test("loses what happens while the disk is full, says so once, and goes on when there is room", () => {
    const disk = aMount({ sizeKb: 1024 });
    const { says, clock, entries, said: lines, recorder } = aRecorder({ folder: disk.folder });
    says({});
    expect(entries()).toHaveLength(1);
    disk.fill();
    const states = ["unlocked", "locked"] as const;
    for (let turn = 0; turn < 600; turn += 1) says({ lock_state: states[turn % 2] ?? "locked" });
    expect(lines()).toEqual([expect.stringMatching(/can't be written \(SQLITE_(FULL|IOERR\w*)\): /)]);
    const before = entries();

    disk.empty();
    says({ lock_state: "jammed" });
    clock.advance(1000);
    expect(lines()).toHaveLength(2);
    expect(lines()[1]).toMatch(/written again; \d+ entries are missing/);
    expect(entries().slice(before.length)).toMatchObject([{ from: "locked", to: "jammed" }]);
    recorder.stop();
  });

  test("leaves a log that it may not write as it is, says so once, and stops nobody", () => {
    const folder = aFolder();
    const first = aRecorder({ folder });
    first.says({});
    first.recorder.stop();
    const before = contentOf(folder);

    const second = aRecorder({ folder: aMount({ readOnly: folder }).folder });
    second.says({});
    second.says({ lock_state: "unlocked" });
    second.clock.advance(60_000);
    second.says({ lock_state: "locked" });
    second.recorder.stop();
    expect(second.said()).toEqual([expect.stringMatching(/can't be written \(\w+\): make its disk/)]);
    expect(contentOf(folder)).toEqual(before);
  });
});

function contentOf(folder: string): Map<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "latin1")]));
}

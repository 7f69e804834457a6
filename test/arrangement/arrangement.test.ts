import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ArrangementFile } from "../../src/arrangement/arrangement-file.ts";
import { Arrangement, LAST_PLACE, MemoryArrangement } from "../../src/arrangement/arrangement.ts";
import { LONGEST_GIVEN_NAME, nameMistake, tidyName } from "../../src/arrangement/given-name.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { removeFolder } from "../remove-folder.ts";

function anArrangement(): Arrangement {
  return new Arrangement(new MemoryArrangement());
}

describe("a name that a person gives", () => {
  test.each([
    ["in any script", "大門 الباب الأمامي Türe"],
    ["of joined emoji", "👨‍👩‍👧 home"],
    ["of HTML", "<b>Door</b> & 'co'"],
    ["of the greatest length", "x".repeat(LONGEST_GIVEN_NAME)],
  ])("may be %s, and is kept as it is", (_, name) => {
    expect([tidyName(name), nameMistake(name)]).toEqual([name, null]);
  });

  test.each([
    ["", "empty"],
    ["   ", "empty"],
    ["\u200D", "empty"],
    ["x".repeat(LONGEST_GIVEN_NAME + 1), "too_long"],
    ["one\ntwo", "invisible"],
    ["bell\u0007", "invisible"],
    ["\u202Eturned", "invisible"],
    ["half \uD83D", "invisible"],
  ])("is refused where it is %j", (name, mistake) => {
    expect(nameMistake(tidyName(name))).toBe(mistake);
    expect(() => anArrangement().change("door", { name })).toThrow(
      expect.objectContaining({ code: "bad_request", field: "name" }),
    );
  });

  test("loses the spaces around it, and keeps one of several", () => {
    const arrangement = anArrangement();
    arrangement.change("door", { name: "  Front   door " });
    expect(arrangement.of("door").name).toBe("Front door");
  });

  test("is taken back by null", () => {
    const arrangement = anArrangement();
    arrangement.change("door", { name: "Front" });
    arrangement.change("door", { name: null });
    expect(arrangement.of("door")).toEqual({ name: null, place: null });
  });

  test("is no name of JavaScript's own", () => {
    const arrangement = anArrangement();
    arrangement.change("__proto__", { name: "Front" });
    expect([arrangement.of("constructor").name, arrangement.of("toString").name]).toEqual([null, null]);
  });
});

describe("pinned devices", () => {
  test("stand in the order that people give, and make room for each other", () => {
    const arrangement = anArrangement();
    arrangement.change("a", { place: 1 });
    arrangement.change("b", { place: 7 });
    arrangement.change("c", { place: 1 });
    expect(["c", "a", "b"].map((id) => arrangement.of(id).place)).toEqual([1, 2, 3]);
    arrangement.change("b", { place: 1 });
    expect(["b", "c", "a"].map((id) => arrangement.of(id).place)).toEqual([1, 2, 3]);
    arrangement.change("c", { place: null });
    expect(["b", "a", "c"].map((id) => arrangement.of(id).place)).toEqual([1, 2, null]);
  });

  test("are not without number", () => {
    const arrangement = anArrangement();
    for (let index = 0; index < LAST_PLACE; index += 1) arrangement.change(`${index}`, { place: LAST_PLACE });
    expect(() => arrangement.change("more", { place: 1 })).toThrow(expect.objectContaining({ field: "place" }));
  });

  test("keep their names when they move, and their place when they are named", () => {
    const arrangement = anArrangement();
    arrangement.change("a", { name: "Front", place: 1 });
    arrangement.change("a", { name: "Porch" });
    arrangement.change("a", { place: 2 });
    expect(arrangement.of("a")).toEqual({ name: "Porch", place: 1 });
  });
});

describe("the arrangement's file", () => {
  function aFile(content?: string): { file: string; folder: string; sink: LogSink; read: () => Arrangement } {
    const folder = mkdtempSync(join(tmpdir(), "arrangement-"));
    onTestFinished(() => removeFolder(folder));
    const file = join(folder, "gateway.arrangement");
    if (content !== undefined) writeFileSync(file, content);
    const sink = new LogSink({ level: "trace", secrets: new Secrets(), format: "json", write: () => {} });
    return { file, folder, sink, read: () => new Arrangement(new ArrangementFile(file, sink.log)) };
  }

  test("gives a later run the same names and places, and is nobody else's to read", () => {
    const { file, read } = aFile();
    read().change("a", { name: "Front", place: 1 });
    expect(read().of("a")).toEqual({ name: "Front", place: 1 });
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test.each(["", "{", "[]", "null", '{"names":[],"pinned":{}}', '{"names":{"a":7,"b":"x\\ny"},"pinned":[1,null]}'])(
    "costs no start where it holds %j",
    (content) => {
      const { read } = aFile(content);
      expect(read().of("a")).toEqual({ name: null, place: null });
    },
  );

  test("that can't be written refuses the name, and leaves what was", () => {
    const { file, folder, read } = aFile();
    const arrangement = read();
    arrangement.change("a", { name: "Front" });
    const before = readFileSync(file, "utf8");
    // Stands where the draft is to be written, whoever the gateway runs as.
    mkdirSync(join(folder, "gateway.arrangement.new", "full"), { recursive: true });
    expect(() => arrangement.change("a", { name: "Porch" })).toThrow(expect.objectContaining({ code: "store_failed" }));
    expect([arrangement.of("a").name, readFileSync(file, "utf8")]).toEqual(["Front", before]);
  });
});

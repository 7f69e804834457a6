import { describe, expect, test } from "vitest";
import { builtImage } from "./dockerfile.ts";

describe("what an image of a Dockerfile is", () => {
  test("its last stage alone, with the arguments of the build", () => {
    const image = builtImage(
      `ARG BASE=a/b
FROM $BASE AS build
LABEL stage=build
HEALTHCHECK CMD true
# comment
FROM \${BASE}
ARG VERSION=1
ARG BASE
LABEL version="\${VERSION}" \\
      # between
      base="$BASE" text="two words" \\
      none="\${NONE}"
EXPOSE 80 81/udp`,
      { BASE: "c/d", VERSION: "2", OTHER: "x" },
      { base: "given" },
    );
    expect(image).toEqual({
      base: "c/d",
      labels: { version: "2", base: "given", text: "two words", none: "" },
      healthcheck: null,
      entrypoint: null,
      exposed: ["80", "81/udp"],
      unused: ["OTHER"],
    });
  });

  test("a label before its argument has nothing of it, and one of a stage before has nothing either", () => {
    const text = "ARG V=1\nFROM a/b AS one\nARG V\nFROM a/b\nLABEL early=$V\nARG V\nLABEL late=$V\n";
    expect(builtImage(text, { V: "2" }).labels).toEqual({ early: "", late: "2" });
  });

  test.each([
    ["NONE", null],
    ["none", null],
    ['--interval=5s CMD ["a"]', '--interval=5s CMD ["a"]'],
  ])("HEALTHCHECK %s", (written, healthcheck) => {
    expect(builtImage(`FROM a/b\nHEALTHCHECK CMD x\nHEALTHCHECK ${written}\n`).healthcheck).toBe(healthcheck);
  });

  test.each([
    ['["node", "a.js"]', ["node", "a.js"]],
    ["node a.js", "node a.js"],
    ["['node', 'a.js']", "['node', 'a.js']"],
  ])("ENTRYPOINT %s", (written, entrypoint) => {
    expect(builtImage(`FROM a/b\nENTRYPOINT ${written}\n`).entrypoint).toEqual(entrypoint);
  });

  test("a file without a base is none", () => {
    expect(() => builtImage("ARG A=1\nRUN true\n")).toThrow("FROM");
  });
});

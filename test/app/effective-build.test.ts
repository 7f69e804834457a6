import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { effectiveBuild } from "./effective-build.ts";

const root = join(import.meta.dirname, "../..");
const config = parse(readFileSync(join(root, "config.yaml"), "utf8")) as { arch: string[]; version: string };
/** The image that the Dockerfile builds on where it is not told another one. */
const base = /^ARG BUILD_FROM=(.+)$/m.exec(readFileSync(join(root, "Dockerfile"), "utf8"))?.[1];

test("the Supervisor builds the add-on on the base that the Dockerfile names, on each of its architectures", () => {
  expect(base).toBeDefined();
  for (const arch of config.arch) {
    expect(effectiveBuild(root, arch, config.version), arch).toEqual({
      arguments: { BUILD_VERSION: config.version, BUILD_ARCH: arch, BUILD_FROM: base },
      warnings: [],
    });
  }
});

test("the base has a full name in the Dockerfile too, and the Node that the tests run on", () => {
  expect(base).toBe(`docker.io/library/node:${process.versions.node}-trixie-slim`);
});

describe("what the Supervisor makes of other build files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "utec-gateway-build-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const baseOf = (content: string): string | undefined => {
    writeFileSync(join(folder, "build.yaml"), content);
    return effectiveBuild(folder, "amd64", "1").arguments["BUILD_FROM"];
  };
  const OWN = "ghcr.io/home-assistant/base:latest";

  test("none: the Dockerfile's default stands", () => {
    expect(effectiveBuild(folder, "amd64", "1").arguments).toEqual({ BUILD_VERSION: "1", BUILD_ARCH: "amd64" });
  });

  test.each([
    ["a name without a slash", "build_from:\n  amd64: node:24-slim\n"],
    ["one such name beside a good one", "build_from:\n  amd64: docker.io/library/node:24\n  aarch64: node:24\n"],
    ["a name with a digest", "build_from:\n  amd64: docker.io/library/node@sha256:abc\n"],
    ["a build argument that is no text", "build_from: docker.io/library/node:24\nargs:\n  A: 1\n"],
    ["nothing of a base", "args:\n  A: b\n"],
    ["an empty file", ""],
  ])("%s: its own base, which has no Node", (_case, content) => {
    expect(baseOf(content)).toBe(OWN);
  });

  test("a full name, with a registry's port or without: that one", () => {
    expect(baseOf("build_from: docker.io/library/node:24-slim\n")).toBe("docker.io/library/node:24-slim");
    expect(baseOf("build_from:\n  amd64: a.b:5000/c/d:e\n")).toBe("a.b:5000/c/d:e");
  });

  test("two build files: the first of yaml, yml and json", () => {
    writeFileSync(join(folder, "build.json"), '{"build_from": "a/json"}');
    expect(effectiveBuild(folder, "amd64", "1").arguments["BUILD_FROM"]).toBe("a/json");
    expect(baseOf("build_from: a/yaml\n")).toBe("a/yaml");
  });

  test("no base for an architecture: the add-on is refused there", () => {
    writeFileSync(join(folder, "build.yml"), "build_from:\n  aarch64: docker.io/library/node:24\n");
    expect(() => effectiveBuild(folder, "amd64", "1")).toThrow("not supported on amd64");
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { clonedTree } from "../store/tree.ts";
import { builtImage } from "./dockerfile.ts";
import { effectiveBuild } from "./effective-build.ts";
import type { BuiltApp } from "./effective-build.ts";

const root = join(import.meta.dirname, "../../../..");
const tree = clonedTree(root);
const config = parse(tree.text("config.yaml")) as BuiltApp & { arch: string[] };
const dockerfile = tree.text("Dockerfile");
const BASE = `docker.io/library/node:${process.versions.node}-trixie-slim`;

describe("ours", () => {
  test.each(config.arch)(
    "on %s the Supervisor builds on the base that the Dockerfile names, the Node of the tests",
    (arch) => {
      const build = effectiveBuild(root, arch, config);
      expect(build).toEqual({
        dockerfile: "Dockerfile",
        arguments: { BUILD_VERSION: config.version, BUILD_ARCH: arch, BUILD_FROM: BASE },
        labels: {
          "io.hass.version": config.version,
          "io.hass.arch": arch,
          "io.hass.type": "app",
          "io.hass.name": config.name,
          "io.hass.description": config.description,
          "io.hass.url": config.url,
        },
        // It says so of every build file. The base is the same without it.
        warnings: ["uses build.yaml which is deprecated. Move build parameters into the Dockerfile directly."],
      });
      expect(builtImage(dockerfile, build.arguments)).toMatchObject({ base: BASE, unused: [] });
      expect(builtImage(dockerfile).base).toBe(BASE);
    },
  );

  test("the image says what it is by itself, as the Supervisor's build says it: a published one has no other labels", () => {
    for (const arch of config.arch) {
      const { arguments: given, labels } = effectiveBuild(root, arch, config);
      const { BUILD_FROM: _base, ...published } = given;
      const own = builtImage(dockerfile, published).labels;
      for (const name of ["io.hass.version", "io.hass.arch", "io.hass.type"])
        expect(own[name], name).toBe(labels[name]);
      expect(own["org.opencontainers.image.description"]).toBe(config.description);
      expect(own["org.opencontainers.image.source"]).toBe(config.url);
    }
  });

  test("the app counts as started when it answers, and gets the signals itself", () => {
    const { healthcheck, entrypoint, exposed } = builtImage(dockerfile);
    expect(healthcheck).toContain('CMD ["node", "/app/addon/healthcheck.mjs"]');
    expect(entrypoint).toEqual([
      "node",
      "--max-semi-space-size=1",
      "--optimize-for-size",
      "--no-maglev",
      "/app/dist/main.js",
    ]);
    expect(exposed).toEqual(["8099", "8097", "8000"]);
  });
});

describe("what the Supervisor makes of other build files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "utec-gateway-build-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const build = (arch = "amd64") => effectiveBuild(folder, arch, { version: "1", name: "It's", description: "" });
  const baseOf = (content: string): string | undefined => {
    write("build.yaml", content);
    return build().arguments["BUILD_FROM"];
  };
  const OWN = "ghcr.io/home-assistant/base:latest";

  test("none: the Dockerfile's default stands", () => {
    expect(build()).toMatchObject({ arguments: { BUILD_VERSION: "1", BUILD_ARCH: "amd64" }, warnings: [] });
  });

  test.each([
    ["a name without a slash", "build_from:\n  amd64: node:24-slim\n"],
    ["one such name beside a good one", "build_from:\n  amd64: docker.io/library/node:24\n  aarch64: node:24\n"],
    ["a name with a digest", "build_from:\n  amd64: docker.io/library/node@sha256:abc\n"],
    [
      "an architecture that there is not",
      "build_from:\n  amd64: docker.io/library/node:24\n  arm64: docker.io/library/node:24\n",
    ],
    ["a build argument that is no text", "build_from: docker.io/library/node:24\nargs:\n  A: 1\n"],
    ["a label that is no text", "build_from: docker.io/library/node:24\nlabels:\n  A: true\n"],
    ["a word that is neither yes nor no", "build_from: docker.io/library/node:24\nsquash: maybe\n"],
    ["nothing of a base", "args:\n  A: b\n"],
    ["an empty file", ""],
    ["what is no YAML", "build_from: ["],
    ["a list", "- docker.io/library/node:24\n"],
  ])("%s: its own base, which has no Node", (_case, content) => {
    expect(baseOf(content)).toBe(OWN);
  });

  test("a workflow that is called build, at any depth: its own base, which has no Node", () => {
    write(".github/workflows/build.yaml", "on: push\njobs: {}\n");
    expect(build().arguments["BUILD_FROM"]).toBe(OWN);
    expect(baseOf("build_from: a/root\n")).toBe("a/root");
  });

  test("a full name, with a registry's port or without: that one", () => {
    expect(baseOf("build_from: docker.io/library/node:24-slim\n")).toBe("docker.io/library/node:24-slim");
    expect(baseOf("build_from:\n  amd64: a.b:5000/c/d:e\n")).toBe("a.b:5000/c/d:e");
  });

  test("arguments and labels of its own, over the Supervisor's", () => {
    write("build.yaml", "build_from: a/b\nargs: {BUILD_ARCH: x}\nlabels: {io.hass.type: y}\n");
    expect(build()).toMatchObject({
      arguments: { BUILD_ARCH: "x" },
      labels: { "io.hass.type": "y", "io.hass.name": "Its" },
    });
    expect(build().labels).not.toHaveProperty("io.hass.description");
  });

  test("no base for an architecture: the add-on is refused there", () => {
    write("build.yml", "build_from:\n  aarch64: docker.io/library/node:24\n");
    expect(() => build()).toThrow("not supported on amd64");
  });

  test("a Dockerfile of the architecture's own is preferred", () => {
    write("Dockerfile.aarch64", "FROM a/b\n");
    expect([build("aarch64").dockerfile, build("amd64").dockerfile]).toEqual(["Dockerfile.aarch64", "Dockerfile"]);
  });
});

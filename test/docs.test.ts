import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { STATUS_OF_PROBLEM } from "../src/http/api/problem-details.ts";
import { paths } from "../src/http/openapi/paths.ts";
import { PROBLEM_CODES } from "../src/problem.ts";
import { COMMAND_NAMES, COMMAND_OUTCOMES } from "../src/state/picture.ts";

const protocol = readFileSync(join(import.meta.dirname, "../docs/protocol.md"), "utf8");
/** They end the start: there is nobody yet who could answer. */
const OF_THE_START = PROBLEM_CODES.slice(0, PROBLEM_CODES.indexOf("bad_request"));

/** The cells of the rows of the section `heading`, by their first cell. */
function rowsOf(heading: string): Map<string, readonly string[]> {
  const [, section = ""] = protocol.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  const rows = [...own.matchAll(/^\| (.*) \|$/gm)].map(([, row = ""]) => row.split("|").map((cell) => cell.trim()));
  return new Map(rows.map(([first = "", ...rest]) => [first, rest]));
}

test("the pictures of the two pages in the store have absolute addresses, of files that are there", () => {
  const root = join(import.meta.dirname, "..");
  const own = "https://raw.githubusercontent.com/utec-gateway/utec-gateway/main/";
  for (const page of ["README.md", "DOCS.md"]) {
    const text = readFileSync(join(root, page), "utf8");
    const pictures = [...text.matchAll(/!\[[^\]]*\]\(([^)]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
      ([, a, b]) => a ?? b ?? "",
    );
    expect(pictures, page).not.toEqual([]);
    for (const address of pictures) {
      expect(address, page).toMatch(/^https:\/\//);
      if (address.startsWith(own)) expect(existsSync(join(root, address.slice(own.length))), address).toBe(true);
    }
  }
});

test("each blueprint can be imported by a link in DOCS.md, which leads to where it lies", () => {
  const root = join(import.meta.dirname, "..");
  const links = [
    ...readFileSync(join(root, "DOCS.md"), "utf8").matchAll(
      /\]\(https:\/\/my\.home-assistant\.io\/redirect\/blueprint_import\/\?blueprint_url=([^)]+)\)/g,
    ),
  ].map(([, url = ""]) => decodeURIComponent(url));
  const files = globSync("blueprints/**/*.yaml", { cwd: root });
  expect(files.length).toBe(5);
  expect(links.toSorted()).toEqual(
    files.map((file) => `https://raw.githubusercontent.com/utec-gateway/utec-gateway/main/${file}`).toSorted(),
  );
});

test("every file that the docs name is there", () => {
  const root = join(import.meta.dirname, "..");
  const pages = ["README.md", "DOCS.md", "CONTRIBUTING.md", "SECURITY.md", ...globSync("docs/*.md", { cwd: root })];
  const places = ["", "src", "test", "test/custom_components/utec_gateway"];
  // A name without a folder may be of any of these; a pattern must fit something.
  const anywhere = new Set(
    globSync("{src,ui,test,scripts,custom_components,docs}/**/*.*", { cwd: root }).map((path) => basename(path)),
  );
  const isThere = (path: string): boolean =>
    path.includes("*")
      ? places.some((place) => globSync(join(root, place, path)).length > 0)
      : places.some((place) => existsSync(join(root, place, path))) || anywhere.has(path);
  const missing = pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/`([\w./*-]+\.(?:ts|mjs|py|json|md|yaml))`/g)]
      .map(([, path = ""]) => path.replace(/^bridge\//, "custom_components/utec_gateway/"))
      .filter((path) => !path.includes("NAME") && !path.startsWith("api/") && !isThere(path))
      .map((path) => `${page}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test("docs/protocol.md lists every problem code with its HTTP status, and no other", () => {
  const listed = [...rowsOf("Problem codes")].filter(([code]) => code.startsWith("`"));
  const expected = PROBLEM_CODES.map((code) => [
    `\`${code}\``,
    OF_THE_START.includes(code) ? "—" : String(STATUS_OF_PROBLEM[code]),
  ]);
  expect(listed.map(([code, [status]]) => [code, status])).toEqual(expected);
});

test("docs/protocol.md lists every address of the API with its methods, and no other", () => {
  const documented = Object.entries(paths).flatMap(([path, { get, post, delete: remove }]) =>
    [...(get ? ["GET"] : []), ...(post ? ["POST"] : []), ...(remove ? ["DELETE"] : [])].map(
      (method) => `\`${method} ${path.slice(1)}\``,
    ),
  );
  // The feed has a section of its own, the document describes itself.
  const elsewhere = ["`GET api/live`", "`GET api/openapi.json`"];
  const listed = [...rowsOf("The HTTP API").keys()].filter((first) => /^`(?:GET|POST|DELETE) /.test(first));
  expect(listed.toSorted()).toEqual(documented.filter((each) => !elsewhere.includes(each)).toSorted());
});

test("docs/protocol.md tells every command and every outcome", () => {
  const cells = [...rowsOf("Commands").keys()].join(" ");
  for (const name of [...COMMAND_NAMES, ...COMMAND_OUTCOMES]) expect(cells).toContain(`\`${name}\``);
});

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseSync } from "vite";

const ROOT = join(import.meta.dirname, "..");
/** What people read or hear of an element beside its text. */
const WORDED_ATTRIBUTE = /\b(?:aria-\w*(?:label|text|description)|title|placeholder|alt|label)="([^"]*)"/g;
const WORDS = /[A-Za-z]{2,}/;
const TWO_WORDS = /[A-Za-z]{2,}[ ,.:;!?·…-]+[A-Za-z]{2,}/;
/** Of literals that stand in the code: addresses, selectors and the like. */
const CODE = /^(?:[\w-]*[./#[:][\w\-./#[\]:()=, ]*|[\w-]+)$/;

/** Names that are the same in every language, and what nobody sees. */
const ALLOWED: ReadonlySet<string> = new Set([
  // Names.
  "U-tec Gateway",
  " · U-tec Gateway",
  "Home Assistant",
  "Home Assistant ",
  "OpenAPI",
  "Client ID",
  "Client Secret",
  "Redirect URI",
  // Said by `told` in the reader's language; this is what it falls back to in English.
  "The gateway did not answer. Try again in a moment.",
  "The gateway could not be reached (HTTP ",
  "). Try again in a moment.",
  // For who programs: an error of the page itself, a command line.
  " has no way to get tokens.",
  "This cloud asks for nothing.",
  "curl -H 'Authorization: Bearer ",
  "' 'http://",
  'A message takes "',
  '", which is missing.',
  // Selectors, classes and the keys of fields.
  "utec-lock-card, utec-device-card",
  "&nbsp;",
  "a[href], button:not(:disabled), input, select, textarea",
  ", summary",
  "filled big",
  "ended yet",
  "device ",
  "account ",
]);
/** What is said before any message has come, in all languages at once; and what each language calls itself. */
const OWN_WORDS = ["ui/src/words/language/not-arrived.ts", "ui/src/words/language/languages.ts"];

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

interface Quasi {
  readonly value: { readonly raw: string; readonly cooked: string };
}

/** What people could read of a source: of its templates each word, of its other literals what is more than one word. */
function wordsIn(source: string): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const node = value as Node;
    if (/^(?:Import|TS(?:Interface|TypeAlias|TypeAnnotation|Enum))/.test(node.type)) return;
    if (node.type === "TaggedTemplateExpression") {
      const { tag, quasi } = node as unknown as {
        tag: { name?: string };
        quasi: { quasis: Quasi[]; expressions: Node[] };
      };
      if (tag.name === "css") return;
      found.push(...textsOf(quasi.quasis.map(({ value: { raw } }) => raw).join("\0")));
      visit(quasi.expressions);
      return;
    }
    const texts =
      node.type === "TemplateLiteral"
        ? (node["quasis"] as Quasi[]).map(({ value: { cooked } }) => cooked)
        : node.type === "Literal" && typeof node["value"] === "string"
          ? [node["value"]]
          : [];
    found.push(...texts.filter((text) => isProse(text, node.type === "TemplateLiteral")));
    for (const member of Object.values(node)) visit(member);
  };
  const { program, errors } = parseSync("source.ts", source);
  expect(errors).toEqual([]);
  visit(program);
  return found;
}

/** The texts of a template of elements, and of their attributes. */
function textsOf(template: string): readonly string[] {
  const attributes: string[] = [];
  const text = template.replaceAll(/<!--.*?-->/gs, "").replaceAll(/<[^>]*>/g, (tag) => {
    attributes.push(...[...tag.matchAll(WORDED_ATTRIBUTE)].map(([, words = ""]) => words));
    return "\0";
  });
  return [...text.split("\0"), ...attributes.flatMap((words) => words.split("\0"))]
    .map((part) => part.trim().replaceAll(/\s+/g, " "))
    .filter((part) => WORDS.test(part));
}

function isProse(text: string, isPart: boolean): boolean {
  return isPart ? WORDS.test(text) && /\s/.test(text) : TWO_WORDS.test(text) && !CODE.test(text);
}

test("what people could read is found in a source", () => {
  const source = `
    import { html, css } from "lit and more";
    const styles = css\`.a .b { color: var(--c) }\`;
    const shown = html\`<p title="A title" class="two words">Hello \${x}<b aria-label="Say \${y}">there</b></p>\`;
    const text = "Two words"; const path = "./one/two-three.ts"; const key = "page.one_two"; const part = \`\${n} doors open\`;`;
  expect(wordsIn(source)).toEqual(["Hello", "there", "A title", "Say", "Two words", " doors open"]);
});

test("what the gateway says is never shown as it comes, in English: `told` and the clouds' words have it in each language", () => {
  const raw = /\$\{[\w.#?]*\.(?:message|problem|reason|purpose|provider_label|help)\}/g;
  const found = globSync("ui/src/**/*.ts", { cwd: ROOT }).flatMap(
    (path) =>
      readFileSync(join(ROOT, path), "utf8")
        .match(raw)
        ?.map((shown) => `${path}: ${shown}`) ?? [],
  );
  expect(found).toEqual([]);
});

test("no word of English stands in the page's code: each is a message, in all its languages", () => {
  const found = globSync("ui/src/**/*.ts", { cwd: ROOT })
    .filter((path) => !OWN_WORDS.includes(path.replaceAll("\\", "/")))
    .flatMap((path) =>
      wordsIn(readFileSync(join(ROOT, path), "utf8"))
        .filter((words) => !ALLOWED.has(words))
        .map((words) => `${path}: ${words}`),
    );
  expect(found).toEqual([]);
});

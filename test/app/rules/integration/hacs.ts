import { isObject, parseJson } from "../../../../src/json.ts";
import { Refused, text, url } from "../python/checks.ts";
import type { Check } from "../python/checks.ts";
import { among, any, list, shape } from "../python/shape.ts";
import type { Tree } from "../store/tree.ts";

const flag = among(true, false);
/** Source: `HACS_MANIFEST_JSON_SCHEMA` in `custom_components/hacs/utils/validate.py` of HACS 2: a key it lacks is refused. */
const settings = shape(
  {
    name: { check: text, isRequired: true },
    content_in_root: { check: flag },
    country: { check: any(text, list(text)) },
    filename: { check: text },
    hacs: { check: text },
    hide_default_branch: { check: flag },
    homeassistant: { check: text },
    persistent_directory: { check: text },
    render_readme: { check: flag },
    zip_release: { check: flag },
  },
  "refused",
);

const address: Check = (value) => {
  const taken = String(url(value));
  if (/^https?:/i.test(taken)) return taken;
  throw new Refused("invalid url");
};
const owners: Check = (value) => {
  if (Array.isArray(value)) return value;
  throw new Refused("expected list");
};
/** Source: `INTEGRATION_MANIFEST_JSON_SCHEMA` there. */
const manifest = shape(
  {
    codeowners: { check: owners, isRequired: true },
    documentation: { check: address, isRequired: true },
    domain: { check: text, isRequired: true },
    issue_tracker: { check: address, isRequired: true },
    name: { check: text, isRequired: true },
    version: { check: (value) => value, isRequired: true },
  },
  "dropped",
);

/**
 * What HACS has against a repository, each with the file.
 *
 * @param folder of the integration
 */
export function hacsProblems(tree: Tree, folder: string): string[] {
  const problems = [
    ...problemsOf(tree, "hacs.json", settings),
    ...problemsOf(tree, `${folder}/manifest.json`, manifest),
  ];
  if (!tree.files.some((path) => /^(readme|readme\.md)$/i.test(path))) problems.push("README.md is missing");
  if (!tree.files.includes(`${folder}/brand/icon.png`)) problems.push("brand/icon.png is missing");
  return problems;
}

function problemsOf(tree: Tree, path: string, check: Check): string[] {
  if (!tree.files.includes(path)) return [`${path} is missing`];
  const content = parseJson(tree.text(path));
  if (!isObject(content)) return [`${path} is no object`];
  try {
    check(content);
    return [];
  } catch (error) {
    if (error instanceof Refused) return [`${path}: ${error.message}`];
    throw error;
  }
}

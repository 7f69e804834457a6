import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What a reader puts in the place of the words in capitals. */
export interface Reader {
  /** `127.0.0.1:8097` in the place of HOST-NAME and its port. */
  readonly broker: string;
  /** In the place of CLIENT-TOKEN. */
  readonly token: string;
}

const PAGE = join(import.meta.dirname, "../../../docs/other-clouds.md");
/** A block of YAML whose first line is the name of the file that it is. */
const FILE = /^( *)```yaml\n *# (\S+\.yaml)\n([^]*?)^ *```$/gm;
/** A reader has five minutes until the mark is looked at again. */
const LOOK = { documented: 'minutes: "/5"', here: 'seconds: "/1"' } as const;

/**
 * Makes the files of docs/other-clouds.md in a configuration folder that has not been started, as they stand there: only the
 * reader's own words are put in, and the mark is looked at more often. Returns the names of the recipes.
 */
export async function followRecipes(folder: string, reader: Reader): Promise<string[]> {
  const files = filesOf(await readFile(PAGE, "utf8"));
  for (const [name, text] of files) {
    const path = join(folder, name);
    const own = text
      .replaceAll("HOST-NAME:8097", reader.broker)
      .replaceAll("CLIENT-TOKEN", reader.token)
      .replaceAll(LOOK.documented, LOOK.here);
    await mkdir(dirname(path), { recursive: true });
    // Of the file that is there already, the documented lines are the beginning of one section.
    const section = own.slice(0, own.indexOf("\n") + 1);
    const rest = name === "configuration.yaml" ? await readFile(path, "utf8") : section;
    if (!rest.includes(section)) throw new Error(`${name} has no section ${section}`);
    await writeFile(
      path,
      rest.replace(section, () => own),
    );
  }
  return [...files.keys()].filter((name) => name.startsWith("packages/")).toSorted();
}

function filesOf(page: string): Map<string, string> {
  const blocks = [...page.matchAll(FILE)];
  return new Map(
    blocks.map(([, indent = "", name = "", text = ""]) => [
      name,
      text
        .split("\n")
        .map((line) => line.slice(indent.length))
        .join("\n"),
    ]),
  );
}

const UNRELEASED = "## Unreleased";

/** The changelog with the unreleased changes under a version. @throws Error where there are none, or where it has the version */
export function releasedChangelog(changelog: string, version: string): string {
  const lines = changelog.split("\n");
  if (lines.includes(`## ${version}`)) throw new Error(`CHANGELOG.md has ${version} already.`);
  const start = lines.indexOf(UNRELEASED);
  const next = lines.findIndex((line, index) => index > start && line.startsWith("## "));
  const changes = lines.slice(start + 1, next === -1 ? undefined : next);
  if (start === -1 || changes.every((line) => line.trim() === "")) {
    throw new Error(`CHANGELOG.md has nothing under "${UNRELEASED}": write there what people will notice.`);
  }
  return lines.with(start, `## ${version}`).join("\n");
}

/** What the changelog says of a version: the notes of its release. @throws Error where it says nothing */
export function notesOf(changelog: string, version: string): string {
  const [, notes] = changelog.split(new RegExp(`^## ${RegExp.escape(version)}$`, "m"));
  const text = notes?.split(/^## /m)[0]?.trim() ?? "";
  if (text === "") throw new Error(`CHANGELOG.md says nothing of ${version}.`);
  return text;
}

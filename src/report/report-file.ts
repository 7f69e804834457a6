import type { Report, ReportSection, ReportSectionId } from "./report.ts";

/** English, as the log is: whoever helps reads it. */
const TITLES: Readonly<Record<ReportSectionId, string>> = {
  versions: "Versions",
  health: "Health",
  settings: "Settings, without secrets",
  home_assistant: "The link to Home Assistant",
  accounts: "Accounts",
  devices: "Devices",
  activity: "Activity of the last day",
  token_events: "Token events of the last day",
  log: "The end of the log",
};

/** The report as one Markdown file, to attach to an issue; without the sections in `left_out`, of which it says so. */
export function reportFile(report: Report, left_out: ReadonlySet<ReportSectionId> = new Set()): string {
  const parts = report.sections.map((section) =>
    left_out.has(section.id)
      ? `## ${titleOf(section)}\n\nLeft out by the person who reports.\n`
      : `## ${titleOf(section)}\n\n${contentOf(section)}\n`,
  );
  const head = `# U-tec Gateway: report of ${new Date(report.made_at).toISOString()}

Names, addresses and ids are replaced: \`lock-1\` is the same lock everywhere, \`person-1\` the same person. Secrets are left out.
`;
  return [head, ...parts].join("\n");
}

export function reportFileName(report: Report): string {
  return `utec-gateway-report-${new Date(report.made_at).toISOString().slice(0, 19).replaceAll(":", "-")}.md`;
}

/** Of a section that this page does not know: its id. */
function titleOf({ id, count }: ReportSection): string {
  const titles: Readonly<Partial<Record<string, string>>> = TITLES;
  return `${titles[id] ?? id}${count === null ? "" : ` (${count})`}`;
}

function contentOf({ text, problem }: ReportSection): string {
  if (problem !== null) return `Could not be read: ${problem}`;
  if (text === "") return "Nothing.";
  // Longer than any fence in the text itself.
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

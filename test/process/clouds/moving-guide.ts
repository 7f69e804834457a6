import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** A command of docs/moving.md, and the answer that stands below it. */
export interface PrintedCommand {
  readonly command: string;
  /** Null where none is printed. */
  readonly answer: unknown;
}

export const GUIDE = readFileSync(join(import.meta.dirname, "../../../docs/moving.md"), "utf8");

/** The commands of the section whose heading ends with `system`, as they are printed. */
export function commandsFor(system: string): readonly PrintedCommand[] {
  const section = GUIDE.split("\n## ").find((text) => text.split("\n")[0]?.endsWith(system) === true);
  if (section === undefined) throw new Error(`docs/moving.md has no section ${system}.`);
  return [...section.matchAll(/```sh\n(.*?)```(?:\s*```json\n(.*?)```)?/gs)].flatMap(([, sh = "", json]) =>
    sh
      .trim()
      .split("\n")
      .map((command) => ({ command, answer: json === undefined ? null : (JSON.parse(json) as unknown) })),
  );
}

export interface Where {
  /** Where the old program's files and the gateway's `.env` lie. */
  readonly folder: string;
  readonly gatewayUrl?: string;
  readonly brokerPort?: number;
}

/** Runs a command in a shell, as a person pastes it; only the ports are those of this machine. Fails where it does. */
export async function paste(command: string, { folder, gatewayUrl, brokerPort }: Where): Promise<string> {
  const here = command
    .replace(/(?<=localhost:)(?:3000|8099)/, new URL(gatewayUrl ?? "http://none").port)
    .replace(/(?<=localhost:)8097/, String(brokerPort));
  const { stdout } = await promisify(execFile)("sh", ["-c", here], { cwd: folder });
  return stdout;
}

/** The same with a command that asks the gateway, which answers with JSON. */
export async function ask(command: string, where: Where): Promise<{ status: number; body: Record<string, unknown> }> {
  const out = await paste(command.replace(/^curl /, `curl -sS -w '\\n%{http_code}' `), where);
  const end = out.lastIndexOf("\n");
  return { status: Number(out.slice(end)), body: JSON.parse(out.slice(0, end)) as Record<string, unknown> };
}

/** The names of all fields, those within objects with a dot: what two answers have in common. */
export function fieldsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value)
    .flatMap(([name, member]) => [name, ...fieldsOf(member).map((below) => `${name}.${below}`)])
    .sort();
}

import { spawn } from "node:child_process";

/** Reports in one short line what is being done: preparing may take minutes. */
export type Report = (line: string) => void;

export const toConsole: Report = (line) => console.log(line);

export interface CommandOptions {
  readonly cwd?: string;
  /** Set over the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** After this many ms the command is killed and fails. */
  readonly timeoutMs?: number;
}

/** How much of a failed command's output its error shows. */
const LINES_SHOWN = 12;

/**
 * Runs a program to its end, without a shell.
 *
 * @returns what it wrote to its standard output, trimmed
 * @throws Error with the last lines of its output when it can't be started, fails or takes too long
 */
export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: "SIGKILL" as const }),
    });
    let output = "";
    let everything = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
      everything += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => {
      everything += data.toString();
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) {
        resolve(output.trim());
        return;
      }
      const tail = everything.trim().split("\n").slice(-LINES_SHOWN).join("\n");
      reject(new Error(`${program} ${args[0] ?? ""} ended with ${signal ?? `code ${code}`}:\n${tail}`));
    });
  });
}

/** As `run`, but undefined where the program is missing or fails: for asking whether something is there. */
export async function tryRun(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string | undefined> {
  try {
    return await run(program, args, options);
  } catch {
    return undefined;
  }
}

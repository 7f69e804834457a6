import { existsSync, lstatSync, readlinkSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Profile, Right } from "./profile.ts";

/** What AppArmor has a say in, of what strace knows; the rest would only slow the process down. */
export const TRACED_CALLS =
  "%file,%network,mmap,mprotect,fcntl,flock,close,dup,dup2,dup3,ftruncate,kill,tkill,tgkill,execve,execveat";

/** Something that a process asked of the system, by AppArmor's terms. */
export type Need =
  | { readonly path: string; readonly rights: readonly Right[] }
  | { readonly family: string; readonly type: string }
  | { readonly signalTo: number };

/** Where the process lived. */
export interface World {
  /** Its root filesystem and what was mounted there, as this machine sees them. */
  readonly root: string;
  readonly mounts: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** What the traced Node and its threads asked for, from its own start on; what was there already or is nowhere counts, too. */
export function needsOf(trace: string, world: World): Need[] {
  const lines = joined(trace);
  const start = lines.findIndex(
    ({ call, text, result }) => call === "execve" && /^"[^"]*\/node"/.test(text) && result === "0",
  );
  if (start === -1) throw new Error("The trace has no start of Node.");
  const needs: Need[] = [];
  const open = new Map<string, string>();
  for (const { call, text, result } of lines.slice(start + 1)) {
    // Found out before AppArmor is asked.
    if (result === "EEXIST") continue;
    const folder = text.includes("O_DIRECTORY");
    const paths = pathsIn(text).map((path) => asFolder(realPath(world, path), folder));
    const [path = "", second = ""] = paths;
    const need = (at: string, ...rights: readonly Right[]): void =>
      void (at !== "" && needs.push({ path: at, rights }));
    const descriptor = /^\d+/.exec(text)?.[0] ?? "";
    if (call === "open" || call === "openat" || call === "creat") {
      if (text.includes("O_PATH")) continue;
      need(path, ...openRights(call, text));
      if (/^\d+$/.test(result)) open.set(result, path);
    } else if (call === "close") open.delete(descriptor);
    else if (call.startsWith("dup")) open.set(result, open.get(descriptor) ?? "");
    else if (call === "mmap") mapped(text, open, need);
    else if (call === "flock" || (call === "fcntl" && /SETLK|GETLK/.test(text))) need(open.get(descriptor) ?? "", "k");
    else if (call === "fcntl" && text.includes("F_DUPFD")) open.set(result, open.get(descriptor) ?? "");
    else if (/^(unlink|rmdir|mkdir|mknod|chmod|fchmodat|chown|lchown|fchownat|truncate|symlink)/.test(call)) {
      need(call.startsWith("symlink") ? second : path, "w");
    } else if (call === "ftruncate") need(open.get(descriptor) ?? "", "w");
    else if (call.startsWith("rename")) [path, second].forEach((each) => need(each, "r", "w"));
    else if (call.startsWith("link")) need(second, "l", "w");
    else if (call.startsWith("exec")) need(path, "x");
    else if (call === "socket" || call === "socketpair") needs.push(socketOf(text));
    else if (call === "connect" && text.includes("AF_UNIX")) need(realPath(world, pathsIn(text)[0] ?? ""), "r", "w");
    else if (/^t?g?kill$/.test(call)) needs.push({ signalTo: Number(descriptor) });
  }
  return needs;
}

/** Each need that the profile denies, once, in words. */
export function deniedBy(profile: Profile, needs: readonly Need[]): string[] {
  const denied = needs.flatMap((need): string[] => {
    if ("path" in need) {
      const lacking = need.rights.filter((right) => !profile.allows(need.path, right));
      return lacking.length === 0 ? [] : [`${need.path} ${lacking.join("")}`];
    }
    if ("signalTo" in need) return profile.allowsOwnSignals() ? [] : ["signal"];
    return profile.allowsSocket(need.family, need.type) ? [] : [`network ${need.family} ${need.type}`];
  });
  return [...new Set(denied)].sort();
}

function openRights(call: string, text: string): Right[] {
  if (call === "creat") return ["w"];
  const reads = /O_RDONLY|O_RDWR/.test(text);
  const writes = /O_WRONLY|O_RDWR|O_TRUNC/.test(text);
  return [...(reads ? (["r"] as const) : []), ...(writes ? (["w"] as const) : [])];
}

function mapped(text: string, open: ReadonlyMap<string, string>, need: (at: string, ...rights: Right[]) => void): void {
  const {
    protection = "",
    flags = "",
    descriptor = "",
  } = /^[^,]+, [^,]+, (?<protection>[^,]+), (?<flags>[^,]+), (?<descriptor>\d+),/.exec(text)?.groups ?? {};
  const path = open.get(descriptor) ?? "";
  if (protection.includes("PROT_EXEC")) need(path, "m");
  if (protection.includes("PROT_WRITE") && flags.includes("MAP_SHARED")) need(path, "w");
}

function socketOf(text: string): Need {
  const { family = "", type = "" } = /^AF_(?<family>\w+), SOCK_(?<type>[A-Z]+)/.exec(text)?.groups ?? {};
  return { family: family.toLowerCase(), type: type.toLowerCase() };
}

interface Call {
  readonly call: string;
  readonly text: string;
  readonly result: string;
}

/** The calls of a trace of `strace -f`; one that another thread interrupted stands where it ended. */
function joined(trace: string): Call[] {
  const unfinished = new Map<string, string>();
  return trace.split("\n").flatMap((line): Call[] => {
    const { pid = "", rest = "" } = /^(?<pid>\d+)\s+(?<rest>.*)$/.exec(line)?.groups ?? {};
    const cut = / ?<unfinished \.\.\.>$/;
    if (cut.test(rest)) {
      unfinished.set(pid, rest.replace(cut, ""));
      return [];
    }
    const whole = rest.replace(/^<\.\.\. \w+ resumed>/, () => unfinished.get(pid) ?? "");
    const {
      call,
      text = "",
      result = "",
    } = /^(?<call>\w+)\((?<text>.*)\)\s+= (?:-1 )?(?<result>\S+)/.exec(whole)?.groups ?? {};
    return call === undefined ? [] : [{ call, text, result }];
  });
}

function pathsIn(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, path = ""]) => path);
}

/** Where a path of the process leads, links followed; with a slash at its end where it is a folder, as AppArmor names it. */
function realPath(world: World, path: string, depth = 0): string {
  if (path === "") return "";
  const absolute = resolve(world.folder, path).replace(/^\/proc\/(self|thread-self)\b/, "/proc/1");
  let walked = "/";
  for (const name of absolute.split("/").filter(Boolean)) {
    const next = join(walked, name);
    const here = onThisMachine(world, next);
    if (depth < 20 && !next.startsWith("/proc/") && existsSync(dirname(here)) && isLink(here)) {
      return realPath(world, resolve(walked, readlinkSync(here), absolute.slice(next.length + 1)), depth + 1);
    }
    walked = next;
  }
  const here = onThisMachine(world, walked);
  return existsSync(here) && statSync(here).isDirectory() && walked !== "/" ? `${walked}/` : walked;
}

/** A folder that is not there is known by how it is asked for. */
function asFolder(path: string, folder: boolean): string {
  return folder && !path.endsWith("/") ? `${path}/` : path;
}

function onThisMachine({ root, mounts }: World, path: string): string {
  const mount = Object.keys(mounts).find((point) => path === point || path.startsWith(`${point}/`));
  return mount === undefined ? join(root, path) : join(mounts[mount] ?? "", path.slice(mount.length));
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

import { hostname } from "node:os";
import { setImmediate } from "node:timers/promises";
import type { LogRecord } from "../../log.ts";
import { Problem } from "../../problem.ts";
import { isPublicHost } from "../../report/kinds.ts";
import { Redactor } from "../../report/redactor.ts";
import { REPORT_SECTIONS } from "../../report/report.ts";
import type { Report, ReportSection, ReportSectionId } from "../../report/report.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { CommandOrigin } from "../../state/picture.ts";
import type { Visitor } from "../access/access-guard.ts";
import { sendJson } from "../api/endpoints.ts";
import type { Endpoints } from "../api/endpoints.ts";
import { MATERIAL, logLine } from "./material.ts";
import type { ReportParts } from "./material.ts";

/** A report of a problem, to attach to a public issue. */
export function addReportEndpoint(endpoints: Endpoints, parts: ReportParts): void {
  endpoints.add("/api/report", {
    GET: async (_request, response) => sendJson(response, await makeReport(parts, response.locals.visitor)),
  });
}

/** How many lines are made before whoever else has something to do comes next. */
const ITEMS_AT_ONCE = 10;

/** As the image has them. People call their own as they like. */
const IMAGE_FOLDERS: ReadonlySet<string> = new Set(["/", "/data", "/homeassistant", "/config"]);

type Read = { readonly material: unknown } | { readonly problem: string };

/** Reads every section by itself: what one of them can't read is no reason to have none. */
async function makeReport(parts: ReportParts, visitor: Visitor): Promise<Report> {
  const read = new Map<ReportSectionId, Read>();
  for (const id of REPORT_SECTIONS) {
    try {
      read.set(id, { material: await MATERIAL[id](parts) });
    } catch (error) {
      const problem = error instanceof Problem ? error.message : "Something went wrong inside the gateway.";
      read.set(id, { problem });
    }
  }
  const redactor = new Redactor(parts.secrets);
  knowEverybody(redactor, parts, visitor);
  // First all names, then the texts: the one who is named last stands in the first line, too.
  for (const one of read.values()) if ("material" in one) learnOrigins(redactor, one.material);
  for (const one of read.values()) if ("material" in one) redactor.learn(one.material);
  const sections: ReportSection[] = [];
  for (const [id, one] of read) sections.push(await sectionOf(id, one, redactor));
  return { made_at: parts.clock.now(), sections };
}

async function sectionOf(id: ReportSectionId, read: Read, redactor: Redactor): Promise<ReportSection> {
  if ("problem" in read) return { id, count: null, text: "", problem: redactor.text(read.problem) };
  const { material } = read;
  if (!Array.isArray(material)) {
    return { id, count: null, text: JSON.stringify(redactor.clean(material), null, 2), problem: null };
  }
  const lines: string[] = [];
  for (const one of material as readonly unknown[]) {
    // The tokens and the locks don't wait for a report.
    if (lines.length % ITEMS_AT_ONCE === 0) await setImmediate();
    const clean = redactor.clean(one);
    // The time of a line is written as the log writes it.
    lines.push(id === "log" ? logLine({ ...(clean as LogRecord), at: (one as LogRecord).at }) : JSON.stringify(clean));
  }
  return { id, count: lines.length, text: lines.join("\n"), problem: null };
}

/** Everything in the house that has a name, in an order that stays the same. */
function knowEverybody(redactor: Redactor, { picture, settings, clients }: ReportParts, visitor: Visitor): void {
  redactor.know("gateway", picture.gateway.id);
  knowAccounts(redactor, picture);
  for (const { name } of settings.accounts) redactor.know("account", name);
  for (const { kind, id, name, serial } of picture.devices()) {
    redactor.know(kind === "unknown" ? "device" : kind, id, name);
    redactor.know("serial", serial);
  }
  try {
    for (const { id, name } of clients.state().clients) redactor.know("program", id, name);
  } catch {
    // Programs are known by a database that may be out of reach; their names are only in the log then, in fields of it.
  }
  redactor.know("person", visitor.user_id, visitor.user_name);
  for (const { origin } of picture.commands()) knowOrigin(redactor, origin);
  for (const folder of [settings.dataFolder, settings.homeAssistantConfig, settings.importFrom]) {
    if (folder !== null && !IMAGE_FOLDERS.has(folder)) redactor.know("folder", folder);
  }
  if (!isPublicHost(hostname())) redactor.know("host", hostname());
  if (settings.homeAssistant?.kind === "direct") knowHost(redactor, settings.homeAssistant.url);
}

function knowAccounts(redactor: Redactor, picture: LivePicture): void {
  for (const { id, name, client_id, cloud_user, redirect_uri } of picture.accounts()) {
    redactor.know("account", id, name);
    redactor.know("client", client_id);
    redactor.know("person", cloud_user);
    knowHost(redactor, redirect_uri);
  }
}

/** By its name, also where no address is around it. */
function knowHost(redactor: Redactor, address: string): void {
  if (!URL.canParse(address)) return;
  const { hostname } = new URL(address);
  if (!isPublicHost(hostname)) redactor.know("host", hostname);
}

function knowOrigin(redactor: Redactor, { kind, name, automation, user_id }: CommandOrigin): void {
  // The address of a program is known by how it looks.
  if (kind !== "home_assistant" && kind !== "page") return;
  if (automation) redactor.know("automation", name);
  redactor.know("person", user_id, automation ? null : name);
}

/** The activity log names who asked for what. */
function learnOrigins(redactor: Redactor, material: unknown): void {
  if (!Array.isArray(material)) return;
  for (const one of material as readonly { readonly command?: { readonly origin?: CommandOrigin } | null }[]) {
    if (one.command?.origin !== undefined) knowOrigin(redactor, one.command.origin);
  }
}

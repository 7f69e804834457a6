import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

export interface Entry {
  readonly entry_id?: string;
  readonly source?: string;
  readonly domain: string;
  readonly state: string;
  readonly disabled_by: string | null;
}

export interface Flow {
  readonly handler: string;
  readonly flow_id?: string;
  readonly context?: { readonly unique_id?: string };
}

/** What the flows know of the Home Assistant that they belong to. */
interface House {
  readonly acceptedToken: string;
  readonly installed: boolean;
  readonly entries: readonly Entry[];
  flows: Flow[];
  changeEntry(type: "added" | "updated" | "removed", entry: Entry): void;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Its own, and that of the Supervisor's proxy. */
const PATH = /^\/(?:core\/)?api\/config\/config_entries\/(flow|entry)(?:\/(.+))?$/;

/** Core's REST API for config flows, as components/config/config_entries.py answers it. */
export class FakeConfigFlows {
  /** Every request with the right token, as `POST flow`, in order. */
  readonly asked: string[] = [];
  /** Answers to come instead of the usual ones, by request; the last one stays. */
  readonly answers = new Map<string, Answer[]>();
  /** Requests that fail once, with the HTTP status. */
  readonly failing = new Map<string, number>();
  readonly #house: House;
  #started = 0;

  constructor(house: House) {
    this.#house = house;
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { status, body: answer } = this.#answer(request, body);
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
  }

  #answer({ method = "", url = "", headers }: IncomingMessage, body: string): Answer {
    const [, kind, id] = PATH.exec(url) ?? [];
    if (kind === undefined) return { status: 404, body: {} };
    if (headers.authorization !== `Bearer ${this.#house.acceptedToken}`) return { status: 401, body: {} };
    const line = [method, kind, ...(id === undefined ? [] : [id])].join(" ");
    this.asked.push(line);
    const status = this.failing.get(line);
    if (status !== undefined) {
      this.failing.delete(line);
      return { status, body: {} };
    }
    const planned = this.answers.get(line);
    const answer = planned !== undefined && planned.length > 1 ? planned.shift() : planned?.[0];
    if (answer) return answer;
    if (kind === "entry") return this.#deleteEntry(id ?? "");
    return id === undefined ? this.#start(body) : this.#configure(method, id);
  }

  #start(body: string): Answer {
    const { handler } = JSON.parse(body) as { handler?: string };
    if (handler !== "utec_gateway" || !this.#house.installed) {
      return { status: 404, body: { message: "Invalid handler specified" } };
    }
    if (this.#house.entries.some(({ source }) => source !== "ignore")) {
      return { status: 200, body: { type: "abort", reason: "single_instance_allowed" } };
    }
    this.#started += 1;
    const flow_id = `user-${this.#started}`;
    this.#house.flows.push({ handler, flow_id });
    return { status: 200, body: { type: "form", flow_id, step_id: "user", errors: null } };
  }

  #configure(method: string, id: string): Answer {
    const flow = this.#house.flows.find(({ flow_id }) => flow_id === id);
    if (flow === undefined) return { status: 404, body: { message: "Invalid flow specified" } };
    this.#house.flows = this.#house.flows.filter((one) => one !== flow);
    if (method === "DELETE") return { status: 200, body: { message: "Flow aborted" } };
    const entry = { domain: "utec_gateway", source: "user", state: "loaded", disabled_by: null };
    this.#house.changeEntry("added", entry);
    return { status: 200, body: { type: "create_entry", flow_id: id, title: "U-tec Gateway", result: entry } };
  }

  #deleteEntry(id: string): Answer {
    const entry = this.#house.entries.find(({ entry_id }) => entry_id === id);
    if (entry === undefined) return { status: 404, body: { message: "Invalid entry specified" } };
    this.#house.changeEntry("removed", entry);
    return { status: 200, body: { require_restart: false } };
  }
}

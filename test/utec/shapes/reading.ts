import { onTestFinished } from "vitest";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { LivePicture } from "../../../src/state/live-picture.ts";
import type { DeviceState } from "../../../src/state/picture.ts";
import { readAnswer } from "../../../src/utec/cloud/answer.ts";
import { CloudHealth } from "../../../src/utec/cloud/cloud-health.ts";
import { readDeviceList } from "../../../src/utec/reading/device-list.ts";
import { Fleet } from "../../../src/utec/fleet/fleet.ts";
import { readReports } from "../../../src/utec/reading/states.ts";
import { ManualClock } from "../../clock.ts";
import { aGateway, anAccount } from "../../state/models.ts";
import { RECORDS } from "./house.ts";

const INTERVAL_MS = 30_000;
const RULES = { staleAfterPolls: 3, unavailableAfterMs: 15 * 60_000 };

/** Reads the cloud's answers into a picture as the gateway does, without a cloud: a test has only to write them. */
export class Reading {
  readonly picture = new LivePicture(aGateway());
  readonly clock = new ManualClock();
  readonly #fleet: Fleet;

  constructor() {
    const { picture, clock } = this;
    const { log } = new LogSink({ level: "error", secrets: new Secrets(), format: "text", write: () => {} });
    const health = new CloudHealth({ picture, clock, log, onTurn: () => {} });
    this.#fleet = new Fleet({
      picture,
      clock,
      health,
      log,
      rules: RULES,
      pollIntervalMs: INTERVAL_MS,
      onWake: () => {},
    });
    picture.update({ accounts: [anAccount({ id: "home" })] });
  }

  /** Takes in the answer to a Discovery. @throws CloudProblem where it is none */
  list(body: string): void {
    const list = readDeviceList(payloadOf(body));
    if (list) this.#fleet.listed("home", list.records);
  }

  /** Takes in the answer to a Query, a poll later. @throws CloudProblem where it is none */
  query(body: string): void {
    this.clock.advance(INTERVAL_MS);
    this.#fleet.reported("home", readReports(payloadOf(body), words));
  }

  device(id: string): DeviceState | undefined {
    return this.picture.device(id);
  }

  stop(): void {
    this.#fleet.stop();
  }
}

/** The payload in the envelope in which answers come. */
export function answer(payload: unknown): string {
  const header = { namespace: "Uhome.Device", name: "Any", messageId: "m-1", payloadVersion: "1" };
  return JSON.stringify({ header, payload });
}

function payloadOf(body: string): unknown {
  const read = readAnswer({ status: 200, headers: {}, body }, words);
  return read.kind === "payload" ? read.payload : undefined;
}

const words = (text: string): string => text;

/** A reading that has seen this device list. */
export function aReading(list: unknown = RECORDS): Reading {
  const reading = new Reading();
  onTestFinished(() => reading.stop());
  reading.list(answer(list));
  return reading;
}

/** The picture after a list and one poll. */
export function picture(query: unknown, list: unknown = RECORDS): (id: string) => DeviceState | undefined {
  const reading = aReading(list);
  reading.query(answer(query));
  return (id) => reading.device(id);
}

/** The only device of a list with this record. */
export const only = (record: object): DeviceState | undefined => aReading({ devices: [record] }).picture.devices()[0];

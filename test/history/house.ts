import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ActivityDraft } from "../../src/activity/entry.ts";
import { History } from "../../src/history/history.ts";
import type { BatteryHistory, DoorHistory, HistoryReader, TokenHistory } from "../../src/history/history-models.ts";
import { HistoryRecorder } from "../../src/history/recorder.ts";
import { HistoryStore } from "../../src/history/store.ts";
import type { AccountEvent } from "../../src/keeper/account-state.ts";
import { LogSink } from "../../src/log-sink.ts";
import { Secrets } from "../../src/log.ts";
import { LivePicture } from "../../src/state/live-picture.ts";
import { aStore } from "../activity/house.ts";
import type { LogHouse } from "../activity/house.ts";
import { removeFolder } from "../remove-folder.ts";
import { aDevice, aGateway, anAccount } from "../state/models.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface HistoryHouse extends LogHouse {
  readonly picture: LivePicture;
  readonly history: History;
  readonly recorder: HistoryRecorder;
  readonly historyFile: string;
  readonly warnings: () => string[];
  /** The vault's events, which the recorder may ask for. */
  readonly events: AccountEvent[];
  /** Writes into the activity log. */
  readonly happens: (...entries: readonly ActivityDraft[]) => void;
  /** Begins another run on the same files. */
  readonly again: () => HistoryRecorder;
}

/** A history on real files, by a clock that the test moves. */
export function aHistory(file?: string): HistoryHouse {
  const log = aStore();
  const { clock, store } = log;
  const folder = mkdtempSync(join(tmpdir(), "history-"));
  onTestFinished(() => removeFolder(folder));
  const historyFile = file ?? join(folder, "history.db");
  const sink = new LogSink({ level: "trace", secrets: new Secrets(), format: "json", write: () => {} });
  const picture = new LivePicture(aGateway());
  picture.update({ accounts: [anAccount()], devices: [aDevice()] });
  const historyStore = new HistoryStore({ file: historyFile, clock, log: sink.log });
  const events: AccountEvent[] = [];
  const again = (): HistoryRecorder => {
    const recorder = new HistoryRecorder({ picture, store: historyStore, events: () => events, clock });
    recorder.start();
    onTestFinished(() => recorder.stop());
    return recorder;
  };
  return {
    ...log,
    picture,
    history: new History({ picture, log: store, store: historyStore, clock }),
    recorder: again(),
    historyFile,
    warnings: () => sink.tail("warn").map(({ message }) => message),
    events,
    happens: (...entries) => void store.write({ entries, lastLogged: [], forgotten: [] }),
    again,
  };
}

export async function all<T>(some: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of some) found.push(one);
  return found;
}

/** A history in memory, for those who read one. */
export class MemoryHistory implements HistoryReader {
  readonly doorsKept: DoorHistory[] = [];

  window(days: number): { from: number; to: number; down: { from: number; to: number }[] } {
    return { from: 30 * DAY - days * DAY, to: 30 * DAY, down: [{ from: DAY, to: 2 * DAY }] };
  }

  async *doors(): AsyncGenerator<DoorHistory> {
    await Promise.resolve();
    const by = { kind: "page", name: "Anna", automation: false } as const;
    yield {
      device_id: "door",
      spans: [
        { at: 0, state: "locked", cause: null, by: null },
        { at: DAY, state: "unlocked", cause: "command", by },
      ],
    };
  }

  async *tokens(): AsyncGenerator<TokenHistory> {
    await Promise.resolve();
    yield { account_id: "home", marks: [{ kind: "retried", at: 5, until: 9, count: 3, code: "timeout" }] };
  }

  async *batteries(): AsyncGenerator<BatteryHistory> {
    await Promise.resolve();
    const readings = [{ at: 0, percent: 70 }];
    yield { device_id: "door", readings, outlook: "too_few", ends_at: null, changed_at: null };
  }
}

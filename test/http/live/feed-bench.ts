import { accessOf } from "../../../src/http/access/rights.ts";
import type { Access, Standing } from "../../../src/http/access/rights.ts";
import { PictureJson } from "../../../src/http/api/picture-json.ts";
import type { FeedSocket } from "../../../src/http/live/live-client.ts";
import { LiveFeed } from "../../../src/http/live/live-feed.ts";
import type { FeedConnection } from "../../../src/http/live/live-feed.ts";
import { LogSink } from "../../../src/log-sink.ts";
import { Secrets } from "../../../src/log.ts";
import { LivePicture } from "../../../src/state/live-picture.ts";
import { MemoryActivity } from "../../activity/house.ts";
import { ManualClock } from "../../clock.ts";
import { aGateway } from "../../state/models.ts";
import type { FeedMessage } from "../stage.ts";

interface PlayedSocket extends FeedSocket {
  bufferedAmount: number;
  /** The close code, or how else it ended. */
  end: number | "terminated" | null;
}

interface Joined {
  /** From now on, when the feed asks again. */
  readonly become: (standing: Standing) => void;
  readonly heard: FeedMessage[];
  readonly socket: PlayedSocket;
  readonly connection: FeedConnection;
}

/** A feed without sockets, by a clock that the test moves. */
export function aFeed(): {
  feed: LiveFeed;
  pictureJson: PictureJson;
  picture: LivePicture;
  sink: LogSink;
  activity: MemoryActivity;
  clock: ManualClock;
  join: (standing?: Standing, membersReadActivity?: boolean) => Joined;
} {
  const clock = new ManualClock();
  const picture = new LivePicture(aGateway());
  const pictureJson = new PictureJson(picture);
  const sink = new LogSink({ level: "trace", secrets: new Secrets(), format: "json", write: () => {} });
  const activity = new MemoryActivity();
  const feed = new LiveFeed({ picture, pictureJson, sink, activity, clock });
  const join = (standing: Standing = "administrator", membersReadActivity = false): Joined => {
    let access = accessOf(standing, membersReadActivity);
    const heard: FeedMessage[] = [];
    const socket: PlayedSocket = {
      bufferedAmount: 0,
      end: null,
      send: (text) => heard.push(JSON.parse(text) as FeedMessage),
      close: (code) => {
        socket.end = code;
      },
      terminate: () => {
        socket.end = "terminated";
      },
    };
    const become = (other: Standing): void => {
      access = accessOf(other, membersReadActivity);
    };
    const ask = (): Promise<Access> => Promise.resolve(access);
    return { heard, socket, become, connection: feed.join(socket, { access, ask }) };
  };
  return { feed, pictureJson, picture, sink, activity, clock, join };
}

export function logTexts(heard: readonly FeedMessage[]): unknown[][] {
  return heard
    .filter(({ type }) => type === "log")
    .map(({ records }) => (records as { message: string }[]).map(({ message }) => message));
}

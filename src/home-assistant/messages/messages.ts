import type { ActivityEntry } from "../../activity/entry.ts";
import type { AccountState, CommandState, DeviceState, GatewayState } from "../../state/picture.ts";
import { withSaid } from "../../said/with-said.ts";

/**
 * The messages of the link, as `docs/protocol.md` describes them and as the fixtures in `test/contract/` hold them
 * for both halves. Builders here, parsers in `events.ts`; nothing in here does I/O.
 */

export { DOMAIN } from "../../integration/domain.ts";

/** The protocol versions that this gateway speaks. The highest common one wins. */
export const PROTOCOL = { min: 1, max: 1 } as const;

/** The largest part of a snapshot: far below the 4 MiB at which Home Assistant closes the socket. */
export const PART_BYTES = 256 * 1024;

/** What `part`, `parts` and the message's `id` may add to a part that was measured without them. */
const SPARE_BYTES = 128;

/** What is published of the live picture. */
export interface PublishedPicture {
  readonly gateway: GatewayState;
  readonly accounts: readonly AccountState[];
  readonly devices: readonly DeviceState[];
  /** Those that may have moved something: their askers are named. Absent: none. */
  readonly commands?: readonly CommandState[];
}

export interface PublishedChange {
  readonly set: Partial<PublishedPicture> & {
    /** What the activity log has gained since the message before, oldest first. It is in no snapshot. */
    readonly activity?: readonly ActivityEntry[];
  };
  readonly removed: { readonly accounts?: readonly string[]; readonly devices?: readonly string[] };
}

export interface HelloMessage {
  readonly type: "utec_gateway/hello";
  readonly gateway_id: string;
  readonly version: string;
  readonly protocol: { readonly min: number; readonly max: number };
  /** The add-on's slug, the page's URL, or null: where Home Assistant's device and repair links lead. */
  readonly page: string | null;
}

export interface ListenMessage {
  readonly type: "utec_gateway/listen";
  readonly gateway_id: string;
}

/** What a gateway says that Home Assistant does not work with: what it would serve. */
export interface OfferMessage {
  readonly type: "utec_gateway/offer";
  readonly gateway_id: string;
  readonly version: string;
  /** As in `hello`. */
  readonly page: string | null;
  readonly accounts: readonly { readonly id: string; readonly name: string; readonly devices_known: boolean }[];
  readonly devices: readonly { readonly id: string; readonly account_id: string }[];
}

export interface SnapshotMessage extends PublishedPicture {
  readonly type: "utec_gateway/snapshot";
  readonly session: string;
  readonly snapshot_id: string;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
  readonly seq: number;
}

export interface UpdateMessage extends PublishedChange {
  readonly type: "utec_gateway/update";
  readonly session: string;
  readonly seq: number;
}

export interface ResultError {
  readonly code: string;
  /** One sentence for a person. */
  readonly message: string;
  readonly retryable: boolean;
}

export interface ResultMessage {
  readonly type: "utec_gateway/result";
  readonly session: string;
  /** Not `id`: that is the WebSocket API's own number of the message. */
  readonly command_id: string;
  readonly ok: boolean;
  /** What a command answers that asks for something. */
  readonly data?: object;
  readonly error?: ResultError;
}

/** How a command has ended: as it was asked, with or without an answer, or with an error. */
export type CommandEnd = Pick<ResultMessage, "data" | "error">;

export interface AliveMessage {
  readonly type: "utec_gateway/alive";
  readonly session: string;
}

export type GoodbyeReason = "stopping" | "restarting" | "updating";

export interface GoodbyeMessage {
  readonly type: "utec_gateway/goodbye";
  readonly session: string;
  readonly reason: GoodbyeReason;
  /** How long Home Assistant may keep the states; it takes at most 60. */
  readonly back_in_s: number;
}

/** Every command of the integration that the gateway sends. */
export type LinkMessage =
  | HelloMessage
  | OfferMessage
  | ListenMessage
  | SnapshotMessage
  | UpdateMessage
  | ResultMessage
  | AliveMessage
  | GoodbyeMessage;

export function hello(gateway_id: string, version: string, page: string | null): HelloMessage {
  return { type: "utec_gateway/hello", gateway_id, version, protocol: PROTOCOL, page };
}

export function offer(
  gateway_id: string,
  version: string,
  page: string | null,
  served: Pick<OfferMessage, "accounts" | "devices">,
): OfferMessage {
  return { type: "utec_gateway/offer", gateway_id, version, page, ...served };
}

export function listen(gateway_id: string): ListenMessage {
  return { type: "utec_gateway/listen", gateway_id };
}

/**
 * The whole picture, cut so that no part is larger than `partBytes`. Every part carries the gateway. An object that is
 * larger than a part goes alone.
 */
export function snapshot(
  session: string,
  snapshot_id: string,
  seq: number,
  published: PublishedPicture,
  partBytes = PART_BYTES,
): SnapshotMessage[] {
  const picture = withSaid(published);
  const head = { type: "utec_gateway/snapshot", session, snapshot_id, seq, gateway: picture.gateway } as const;
  const room = partBytes - weigh({ ...head, accounts: [], devices: [] }) - SPARE_BYTES;

  const shares: Share[] = [emptyShare()];
  const shareFor = (object: AccountState | DeviceState | CommandState): Share => {
    const bytes = weigh(object) + 1;
    let share = shares.at(-1);
    if (!share || (share.bytes > 0 && share.bytes + bytes > room)) shares.push((share = emptyShare()));
    share.bytes += bytes;
    return share;
  };
  for (const account of picture.accounts) shareFor(account).accounts.push(account);
  for (const device of picture.devices) shareFor(device).devices.push(device);
  for (const command of picture.commands ?? []) shareFor(command).commands.push(command);

  return shares.map(({ accounts, devices, commands }, index) => ({
    ...head,
    part: index + 1,
    parts: shares.length,
    accounts,
    devices,
    ...(commands.length > 0 ? { commands } : {}),
  }));
}

export function update(session: string, seq: number, change: PublishedChange): UpdateMessage {
  return { type: "utec_gateway/update", session, seq, set: withSaid(change.set), removed: change.removed };
}

/** The end of a command: confirmed, or why not. */
export function result(session: string, command_id: string, end: CommandEnd = {}): ResultMessage {
  return { type: "utec_gateway/result", session, command_id, ok: !end.error, ...withSaid(end) };
}

export function alive(session: string): AliveMessage {
  return { type: "utec_gateway/alive", session };
}

export function goodbye(session: string, reason: GoodbyeReason, back_in_s: number): GoodbyeMessage {
  return { type: "utec_gateway/goodbye", session, reason, back_in_s };
}

/** The size of `value` as it is sent. */
export function weigh(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

interface Share {
  readonly accounts: AccountState[];
  readonly devices: DeviceState[];
  readonly commands: CommandState[];
  bytes: number;
}

function emptyShare(): Share {
  return { accounts: [], devices: [], commands: [], bytes: 0 };
}

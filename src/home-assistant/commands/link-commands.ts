import { ACTIVITY_KINDS, MOST_ENTRIES, USUAL_ENTRIES } from "../../activity/entry.ts";
import type { ActivityReader } from "../../activity/entry.ts";
import { Fields } from "../../incoming/fields.ts";
import type { AccountDesk } from "../../keeper/account.ts";
import { Problem } from "../../problem.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { Poller } from "../../utec/polling/poller.ts";
import type { LinkCommand } from "../messages/events.ts";
import { signInLink } from "./sign-in-link.ts";
import type { SignInDesk } from "./sign-in-link.ts";
import { phrase } from "../../said/phrase.ts";

/** Whom the commands of the link ask. */
export interface LinkDesks extends SignInDesk {
  readonly picture: Pick<LivePicture, "account" | "accounts" | "devices">;
  readonly accounts: Pick<AccountDesk, "refreshNow" | "updateAccount" | "authorise" | "beginDeviceCode" | "events">;
  readonly activity: Pick<ActivityReader, "page">;
  readonly devices: Pick<Poller, "askNow" | "listNow">;
  /** The gateway's page, as `hello` names it. */
  readonly page: () => string | null;
}

/** Carries out one command. @returns the data of its result, where it has some @throws Problem */
type Act = (command: LinkCommand, desks: LinkDesks) => object | void | Promise<object | void>;

/** The commands that only the link has, by name: those of devices are the API's too. */
export const LINK_COMMANDS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ["refresh", async (command, { accounts }) => void (await accounts.refreshNow(targeted(command, "account_id")))],
  ["poll", (command, { devices }) => devices.askNow(targeted(command, "account_id"))],
  ["set_automatic_refresh", setAutomaticRefresh],
  [
    "sign_in_link",
    async (command, desks) => {
      Fields.none(command.args);
      return { ...(await signInLink(targeted(command, "account_id"), desks)), page: desks.page() };
    },
  ],
  ["token_history", tokenHistory],
  ["activity", readActivity],
  ["look_for_devices", lookForDevices],
]);

/** What the command is about. @throws Problem `bad_request` */
export function targeted(command: LinkCommand, field: "device_id" | "account_id"): string {
  const id = command.target[field];
  if (!id) throw new Problem("bad_request", phrase("link_command_lacks", { name: command.name, field }), { field });
  return id;
}

function setAutomaticRefresh(command: LinkCommand, { accounts }: LinkDesks): void {
  const account_id = targeted(command, "account_id");
  accounts.updateAccount(account_id, { automatic_refresh: new Fields(command.args, ["on"]).flag("on") });
}

function tokenHistory(command: LinkCommand, { accounts }: LinkDesks): object {
  const limit = limitOf(new Fields(command.args, ["limit"]));
  return { events: accounts.events(targeted(command, "account_id")).toReversed().slice(0, limit) };
}

function readActivity({ target, args }: LinkCommand, { activity }: LinkDesks): object {
  const fields = new Fields(args, ["limit", "before", "kinds"]);
  return activity.page({
    device_id: target.device_id ?? undefined,
    kinds: fields.optionalTexts("kinds", ACTIVITY_KINDS),
    before: fields.optionalInteger("before", { min: 1, max: 999_999_999 }),
    limit: limitOf(fields),
  });
}

/** All accounts are asked before it is said that one of them could not be. */
async function lookForDevices({ target, args }: LinkCommand, { picture, devices }: LinkDesks): Promise<object> {
  Fields.none(args);
  const withDevices = picture.accounts().filter(({ has_devices }) => has_devices);
  const asked = new Set(target.account_id === null ? withDevices.map(({ id }) => id) : [target.account_id]);
  const answers = await Promise.allSettled([...asked].map((account_id) => devices.listNow(account_id)));
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed) throw failed.reason;
  return { devices: picture.devices().filter(({ account_id }) => asked.has(account_id)).length };
}

function limitOf(fields: Fields): number {
  return fields.optionalInteger("limit", { min: 1, max: MOST_ENTRIES }) ?? USUAL_ENTRIES;
}

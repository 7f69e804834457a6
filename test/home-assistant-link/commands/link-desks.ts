import type { LinkDesks } from "../../../src/home-assistant/commands/link-commands.ts";
import type { LivePicture } from "../../../src/state/live-picture.ts";
import { MemoryActivity } from "../../activity/house.ts";
import { ManualClock } from "../../clock.ts";
import { MemoryDesk } from "../../http/api/desk.ts";

/** Whom the commands of the link ask, in memory but for those that a test is about. */
export function linkDesks(picture: LivePicture, desks: Partial<LinkDesks> = {}): LinkDesks {
  return {
    picture,
    accounts: new MemoryDesk(picture),
    activity: new MemoryActivity(),
    devices: { askNow: () => Promise.resolve(), listNow: () => Promise.resolve() },
    page: () => null,
    clock: new ManualClock(),
    ...desks,
  };
}

import { isSameJson } from "../../json.ts";
import { isOnlyOlder, withoutAges } from "../../state/ignore-ages.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { Change, DeviceState, GatewayState } from "../../state/picture.ts";
import { saidAgain } from "../../state/report-ages.ts";
import type { Ages, SameAgain, Update } from "../../state/report-ages.ts";

/** What was said again, and of which devices. */
interface Group {
  readonly said: Pick<SameAgain, "account_id" | "at" | "unsaid">;
  /** By id, as they are now. */
  readonly devices: Map<string, DeviceState>;
}

/** What every page on the feed has been told of devices and of the gateway: what is no news is said in few words. */
export class ToldPicture {
  #gateway: GatewayState | null = null;
  readonly #devices = new Map<string, DeviceState>();

  /** All pages begin with a snapshot of this. */
  begin(picture: Pick<LivePicture, "gateway" | "devices">): void {
    this.#gateway = picture.gateway;
    this.#devices.clear();
    for (const device of picture.devices()) this.#devices.set(device.id, device);
  }

  /** The change for pages that have been told all before it; null where it says nothing to them. From now on it is told. */
  tell({ seq, set: { gateway, devices = [], ...rest }, removed }: Change): Update | null {
    for (const id of removed.devices ?? []) this.#devices.delete(id);
    const clouds = gateway && this.#answeredAgain(gateway);
    if (gateway) this.#gateway = gateway;
    const groups = new Map<string, Group>();
    const news = devices.filter((device) => this.#isNews(device, groups));
    for (const device of news) this.#devices.set(device.id, device);
    const again = [...groups.values()].map((group) => this.#sameAgain(group));
    for (const group of groups.values()) for (const [id, device] of group.devices) this.#devices.set(id, device);

    const set = {
      ...(gateway && clouds === null ? { gateway } : {}),
      ...rest,
      ...(news.length > 0 ? { devices: news } : {}),
    };
    const ages: Ages = {
      ...(clouds && Object.keys(clouds).length > 0 ? { clouds } : {}),
      ...(again.length > 0 ? { devices: again } : {}),
    };
    if ([set, removed, ages].every((part) => Object.keys(part).length === 0)) return null;
    return { seq, set, removed, ...(Object.keys(ages).length > 0 ? { ages } : {}) };
  }

  /** The clouds that have answered again, if nothing else is new; else null. */
  #answeredAgain(gateway: GatewayState): Ages["clouds"] | null {
    const before = this.#gateway;
    if (before === null || !isSameJson(withoutAges(before), withoutAges(gateway))) return null;
    const clouds: Record<string, number> = {};
    for (const [id, { last_success_at: at }] of Object.entries(gateway.clouds)) {
      if (at === before.clouds[id]?.last_success_at) continue;
      if (at === null) return null;
      clouds[id] = at;
    }
    return clouds;
  }

  /** What is no news is either in one of the groups then, or as it was. */
  #isNews(device: DeviceState, groups: Map<string, Group>): boolean {
    const before = this.#devices.get(device.id);
    if (before === undefined || !isOnlyOlder(before, device)) return true;
    if (isSameJson(before, device)) return false;
    const moments = Object.entries(device.said_at) as [keyof DeviceState["said_at"], number][];
    const at = Math.max(...moments.map(([, moment]) => moment));
    const unsaid = moments.flatMap(([value, moment]) => (moment === at ? [] : [value]));
    const said = { account_id: device.account_id, at, ...(unsaid.length > 0 ? { unsaid } : {}) };
    if (!isSameJson(saidAgain(before, said), device)) return true;
    const key = JSON.stringify([said.account_id, at, unsaid.toSorted()]);
    const group = groups.get(key) ?? { said, devices: new Map() };
    group.devices.set(device.id, device);
    groups.set(key, group);
    return false;
  }

  /** Names the fewer: those of the account that are meant, or those that would become what they are not. */
  #sameAgain({ said, devices }: Group): SameAgain {
    const only = [...devices.keys()];
    const others = [...this.#devices.values()].filter(
      ({ id, account_id }) => account_id === said.account_id && !devices.has(id),
    );
    const except = others.filter((one) => !isSameJson(saidAgain(one, said), one)).map(({ id }) => id);
    return except.length < only.length ? { ...said, except } : { ...said, only };
  }
}

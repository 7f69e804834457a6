import type { RequestHandler } from "express";
import { isObject } from "../../json.ts";
import type { JsonObject } from "../../json.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import type { CommandName, DeviceState } from "../../state/picture.ts";
import type { DeviceAnswers } from "../answers/device-answers.ts";
import type { FirstLook } from "../first-look.ts";
import type { LockRequests } from "../lock-requests.ts";
import { peerOf } from "../requests/admission.ts";
import { idOf, jsonBody } from "../requests/bodies.ts";
import { Refusal } from "../requests/refusal.ts";
import { send, sendJson } from "./route.ts";
import type { Route } from "./route.ts";

export interface DeviceRouteParts {
  readonly picture: LivePicture;
  readonly answers: DeviceAnswers;
  readonly locks: LockRequests;
  readonly cloud: FirstLook;
}

/** How long the cloud may take to tell a command's outcome, as it announces it for a lock. */
const DEFERRED_S = 20;

/** Devices, their states, and commands. Those that are asked every few seconds come first. */
export function deviceRoutes({ picture, answers, locks, cloud }: DeviceRouteParts): Route[] {
  const status: RequestHandler = async (request, response) => {
    const asked = request.method === "POST" ? jsonBody(request) : { id: request.query["id"] };
    const ids = namedIds(asked);
    await cloud.seen();
    send(response, answers.query(knownDevices(ids, picture)));
  };
  const command =
    (name: CommandName): RequestHandler =>
    async (request, response) => {
      const id = idOf(jsonBody(request)["id"]);
      if (id === null) throw new Refusal(400, "Missing 'id'");
      const { device, confirmed } = await locks.send(name, id, peerOf(request));
      send(response, answers.command(device, confirmed ? null : DEFERRED_S));
    };
  return [
    {
      paths: ["/api/devices", "/devices"],
      get: async (_request, response) => {
        await cloud.seen();
        sendJson(response, answers.list());
      },
    },
    { paths: ["/api/status"], get: status, post: status },
    { paths: ["/api/lock", "/lock"], post: command("lock") },
    { paths: ["/api/unlock", "/unlock"], post: command("unlock") },
    {
      paths: ["/api/status/latest"],
      get: async (_request, response) => {
        await cloud.seen();
        send(response, answers.latest());
      },
    },
    {
      paths: ["/api/status/refresh"],
      post: async (_request, response) => {
        await cloud.lookAgain();
        send(response, answers.latest());
      },
    },
  ];
}

/** @throws Refusal 400 where there is none */
function namedIds(asked: JsonObject): string[] {
  const one = idOf(asked["id"]);
  const many = Array.isArray(asked["devices"]) ? (asked["devices"] as unknown[]) : [];
  const ids = one === null ? many.flatMap((item) => idOf(isObject(item) ? item["id"] : item) ?? []) : [one];
  if (ids.length === 0) throw new Refusal(400, "Missing device id to query");
  return ids;
}

/** @throws Refusal 404 */
function knownDevices(ids: readonly string[], picture: LivePicture): DeviceState[] {
  return ids.map((id) => {
    const device = picture.device(id);
    if (device === undefined) throw new Refusal(404, `There is no device ${id.slice(0, 100)}.`);
    return device;
  });
}

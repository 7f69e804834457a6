import { LAST_PLACE } from "../../arrangement/arrangement.ts";
import type { ArrangementWish } from "../../arrangement/arrangement.ts";
import type { DeviceState } from "../../state/picture.ts";
import { sendJson } from "./endpoints.ts";
import type { Endpoints } from "./endpoints.ts";
import { Fields } from "../../incoming/fields.ts";
import { viewOf } from "./reduced-picture.ts";
import type { PictureJson } from "./picture-json.ts";

/** What may be done about which devices there are. */
export interface DeviceDesk {
  /** Asks the cloud which devices there are; what it finds arrives with the picture. */
  listDevices(): void;
  /** Removes a device that the cloud lists no longer. @throws Problem `device_not_found`, `bad_request` for one that it lists */
  remove(device_id: string): void;
  /**
   * Names a device, or pins it; returns it as it is from now on.
   * @throws Problem `device_not_found`, `bad_request` with the field, `store_failed`
   */
  arrange(device_id: string, wish: ArrangementWish): DeviceState;
}

export interface DeviceParts {
  readonly pictureJson: PictureJson;
  readonly devices: DeviceDesk;
}

/** The whole picture, and the devices in it. */
export function addDeviceEndpoints(endpoints: Endpoints, { pictureJson, devices }: DeviceParts): void {
  endpoints.add("/api/state", {
    GET: (_request, response) => sendJson(response, pictureJson.read("state", viewOf(response.locals.access))),
  });

  endpoints.add("/api/devices", {
    GET: (_request, response) => sendJson(response, pictureJson.read("devices")),
  });

  endpoints.add("/api/devices/discover", {
    POST: (request, response) => {
      Fields.none(request.body);
      devices.listDevices();
      response.status(202).json({});
    },
  });

  endpoints.add("/api/devices/arrange", {
    POST: (request, response) => {
      const fields = new Fields(request.body, ["device_id", "name", "place"]);
      const device_id = fields.text("device_id");
      const name = fields.orNull("name", () => fields.optionalText("name"));
      const place = fields.orNull("place", () => fields.optionalInteger("place", { min: 1, max: LAST_PLACE }));
      const wish = { ...(name === undefined ? {} : { name }), ...(place === undefined ? {} : { place }) };
      response.json(devices.arrange(device_id, wish));
    },
  });

  endpoints.add("/api/devices/remove", {
    POST: (request, response) => {
      devices.remove(new Fields(request.body, ["device_id"]).text("device_id"));
      response.status(204).end();
    },
  });
}

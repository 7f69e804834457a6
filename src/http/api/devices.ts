import { sendJson } from "./endpoints.ts";
import type { Endpoints } from "./endpoints.ts";
import { Fields } from "./fields.ts";
import { viewOf } from "./reduced-picture.ts";
import type { PictureJson } from "./picture-json.ts";

export interface DeviceParts {
  readonly pictureJson: PictureJson;
  /** Asks the cloud which devices there are; what it finds arrives with the picture. */
  readonly discover: () => void;
}

/** The whole picture, and the devices in it. */
export function addDeviceEndpoints(endpoints: Endpoints, { pictureJson, discover }: DeviceParts): void {
  endpoints.add("/api/state", {
    GET: (_request, response) => sendJson(response, pictureJson.read("state", viewOf(response.locals.access))),
  });

  endpoints.add("/api/devices", {
    GET: (_request, response) => sendJson(response, pictureJson.read("devices")),
  });

  endpoints.add("/api/devices/discover", {
    POST: (request, response) => {
      Fields.none(request.body);
      discover();
      response.status(202).json({});
    },
  });
}

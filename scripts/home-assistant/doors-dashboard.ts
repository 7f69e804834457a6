import type { HomeAssistantClient } from "./client.ts";

export const DOORS_PATH = "the-doors";

/** Makes a dashboard with the demo's doors and their token's health, unless it is there; its page is `/the-doors`. */
export async function makeDoorsDashboard(client: HomeAssistantClient): Promise<void> {
  const dashboards = await client.ws<{ url_path: string }[]>({ type: "lovelace/dashboards/list" });
  if (dashboards.some(({ url_path }) => url_path === DOORS_PATH)) return;
  await client.ws({
    type: "lovelace/dashboards/create",
    url_path: DOORS_PATH,
    title: "Doors",
    icon: "mdi:door",
    mode: "storage",
    require_admin: false,
    show_in_sidebar: true,
  });
  await client.ws({ type: "lovelace/config/save", url_path: DOORS_PATH, config: dashboard() });
}

function dashboard(): object {
  const tile = (entity: string, more: object = {}): object => ({ type: "tile", entity, ...more });
  const lock = (entity: string): object =>
    tile(entity, {
      features: [{ type: "lock-commands" }],
      grid_options: { columns: 12 },
    });
  const heading = (text: string, icon: string): object => ({ type: "heading", heading: text, icon });
  return {
    views: [
      {
        title: "Doors",
        type: "sections",
        max_columns: 3,
        sections: [
          {
            cards: [
              heading("Front door", "mdi:door"),
              lock("lock.front_door"),
              tile("binary_sensor.front_door_door", { name: "Door" }),
              tile("sensor.front_door_battery", { name: "Battery" }),
              tile("sensor.front_door_trouble", { name: "Trouble" }),
              tile("binary_sensor.front_door_connection", { name: "Connection" }),
              tile("select.front_door_mode", { name: "Mode" }),
            ],
          },
          {
            cards: [
              heading("Garden gate", "mdi:gate"),
              lock("lock.garden_gate"),
              tile("sensor.garden_gate_battery", { name: "Battery" }),
              tile("sensor.garden_gate_trouble", { name: "Trouble" }),
              tile("binary_sensor.garden_gate_connection", { name: "Connection" }),
              tile("select.garden_gate_mode", { name: "Mode" }),
            ],
          },
          {
            cards: [
              heading("U-tec account", "mdi:key-chain"),
              tile("sensor.u_tec_token_status", { name: "Token status" }),
              tile("binary_sensor.u_tec_token_problem", { name: "Token problem" }),
              tile("sensor.u_tec_token_expires", { name: "Token expires" }),
              tile("binary_sensor.u_tec_cloud_connection", { name: "Cloud connection" }),
              tile("button.u_tec_refresh_token_now", { name: "Refresh token now" }),
            ],
          },
        ],
      },
    ],
  };
}

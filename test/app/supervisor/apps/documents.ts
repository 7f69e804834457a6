import type { App } from "./app.ts";
import type { StoreApp } from "./store-app.ts";
import { optionsForm } from "../../rules/options-form.ts";
import { securityRating } from "../../rules/image/security.ts";

/** An add-on in the Supervisor's list. Source: `supervisor/api/apps` of 2026.08. */
export function listed(app: App, latest: StoreApp): object {
  const { configuration } = app.store;
  return {
    name: configuration.name,
    slug: app.slug,
    description: configuration.description,
    stage: configuration.stage,
    version: configuration.version,
    version_latest: latest.configuration.version,
    update_available: configuration.version !== latest.configuration.version,
    available: true,
    detached: false,
    homeassistant: configuration.homeassistant,
    state: app.state,
    repository: app.store.repository,
    build: true,
    url: configuration.url,
    icon: true,
    logo: true,
    system_managed: false,
    advanced: false,
  };
}

/** All of it. `options` are for Home Assistant and the add-on itself. */
export function complete(app: App, latest: StoreApp, options: object): object {
  const { configuration } = app.store;
  return {
    ...listed(app, latest),
    hostname: app.hostname,
    dns: [`${app.hostname}.local.hass.io`],
    long_description: null,
    protected: true,
    rating: securityRating({ ...configuration }, true).rating,
    boot_config: "auto",
    boot: app.boot,
    options,
    schema: optionsForm(configuration.schema),
    arch: configuration.arch,
    machine: [],
    network: null,
    network_description: null,
    host_network: false,
    host_pid: false,
    host_ipc: false,
    host_uts: false,
    host_dbus: false,
    privileged: [],
    full_access: false,
    apparmor: "profile",
    changelog: true,
    documentation: true,
    stdin: false,
    hassio_api: false,
    hassio_role: "default",
    auth_api: false,
    homeassistant_api: configuration.homeassistant_api,
    gpio: false,
    usb: false,
    uart: false,
    kernel_modules: false,
    devicetree: false,
    udev: false,
    docker_api: false,
    video: false,
    audio: false,
    startup: "application",
    services: [],
    discovery: configuration.discovery,
    translations: app.store.translations,
    ingress: configuration.ingress,
    signed: false,
    webui: null,
    ingress_entry: `/api/hassio_ingress/${app.ingressToken}`,
    ingress_url: `/api/hassio_ingress/${app.ingressToken}/`,
    ingress_port: configuration.ingress_port,
    ingress_panel: app.ingressPanel,
    audio_input: null,
    audio_output: null,
    auto_update: app.autoUpdate,
    ip_address: app.address,
    watchdog: app.watchdog,
    devices: [],
    system_managed_config_entry: null,
  };
}

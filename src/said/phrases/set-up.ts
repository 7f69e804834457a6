export const SET_UP_PHRASES = {
  flow_asking_already: "Home Assistant is already being asked to add the integration: finish or close that there.",
  flow_asks:
    "Home Assistant asks something that the gateway cannot answer: finish it there, under Settings, Devices & services.",
  flow_ended:
    "Home Assistant ended the set-up of the integration ({detail}): its log says why (Settings, System, Logs).",
  flow_failed:
    "Home Assistant could not add the integration (HTTP {status}{words}): its log says why (Settings, System, Logs).",
  flow_gone: "What Home Assistant offered was confirmed or closed there meanwhile.",
  flow_newer:
    "Home Assistant asks for more than this gateway knows: add the U-tec Gateway integration there, under Settings, Devices & services.",
  flow_no_flows: "Home Assistant has no config flows at its address: is HOME_ASSISTANT_URL right?",
  flow_not_loaded:
    "Home Assistant cannot load the U-tec Gateway integration: its log says why (Settings, System, Logs).",
  flow_not_yet: "Home Assistant does not answer yet (HTTP {status}).",
  flow_rights: "Home Assistant does not let the gateway's user add an integration: only an administrator may.",
  flow_set_up_already: "Home Assistant says that this gateway is set up already.",
  flow_silent: "Home Assistant did not answer: {detail}.",
  flow_there_already: "Home Assistant says that the U-tec Gateway integration is there already.",
  flow_token:
    "Home Assistant does not accept the gateway's token for this: add the integration there, under Settings, Devices & services.",
  flow_unreadable: "Home Assistant's answer cannot be read: its log says why (Settings, System, Logs).",
  integration_absent:
    "Home Assistant does not have the integration yet: install it here, or from the Marketplace or HACS.",
  integration_by_hand:
    "The integration ({detail}) was not put there by the gateway, which brings {bundled}: update it by hand, or delete the folder custom_components/utec_gateway and install the integration again.",
  integration_changed:
    "custom_components/utec_gateway was changed ({files}), so the gateway leaves it alone: keep it, or delete the folder custom_components/utec_gateway and install the integration again.",
  integration_downgrade:
    "The integration is of version {version}, the gateway brings {bundled}: update the gateway; to go back, delete custom_components/utec_gateway first.",
  integration_folder_unreadable:
    "The gateway can't read custom_components/utec_gateway ({detail}): look at it, and delete it if nobody needs it.",
  integration_from_store: "The integration was installed from {store}, which also updates it.",
  integration_from_store_outdated:
    "The integration was installed from {store} ({detail}), the gateway brings {bundled}: update it there.",
  integration_git:
    "custom_components/utec_gateway is in a checkout of git: install and update the integration with git.",
  integration_incomplete:
    "Some files of the integration are missing in custom_components/utec_gateway: install it again.",
  integration_installed: "Version {version} of the integration is installed.",
  integration_linked: "custom_components/utec_gateway is a link to another place: update the integration there.",
  integration_listed:
    "{store} lists the integration as installed, but it is not there: install it there again, or remove it there.",
  integration_manifest_unreadable:
    "The manifest.json in custom_components/utec_gateway can't be read: delete the folder custom_components/utec_gateway and install the integration again.",
  integration_newer: "The integration is of version {version}, the gateway brings {bundled}: update the gateway.",
  integration_no_copy:
    "This gateway brings no copy of the integration along: install the integration from the Marketplace or HACS.",
  integration_no_manifest:
    "custom_components/utec_gateway is incomplete, for it has no manifest.json: delete the folder custom_components/utec_gateway and install the integration again.",
  integration_no_way:
    "The gateway runs without the Supervisor and has no way to Home Assistant's configuration folder: install the integration from the Marketplace or HACS, or mount that folder at {path}.",
  integration_not_installed: "The integration was not installed, for {why}, then try again.",
  integration_not_mapped:
    "Home Assistant's configuration folder is not mapped into the add-on: update the add-on, or install the integration from the Marketplace or HACS.",
  integration_other: "custom_components/utec_gateway holds another integration ({detail}): move it elsewhere.",
  integration_outdated: "Version {bundled} of the integration is there, {version} is installed: update it.",
  integration_read_only:
    "The gateway may not write to Home Assistant's configuration folder ({path}): install the integration from the Marketplace or HACS, or make it writable.",
  integration_restart: "Version {version} of the integration is installed: restart Home Assistant to use it.",
  integration_wrong_folder:
    "{path} is not Home Assistant's configuration folder (it has no .HA_VERSION): mount that one, or install the integration from the Marketplace or HACS.",
  link_none: "There is no link to Home Assistant.",
  part_detail_differently: "the files read back differently",
  part_detail_no_name: "without a name",
  part_detail_unknown_version: "of unknown version",
  part_detail_unnamed: "for a reason that it does not name",
  part_store_marketplace: "the Marketplace",
  part_store_marketplace_start: "The Marketplace",
  part_why_disk_full: "the disk is full: free some space there",
  part_why_failed: "writing to {path} failed ({detail}): look at the disk",
  part_why_not_writable: "the gateway may not write to {path} ({code}): make it writable",
  restart_refused: "Home Assistant does not restart: {detail}",
  restart_unreachable: "Home Assistant can't be reached now: try again, or restart it under Settings, System there.",
  set_up_adding: "Adding the integration in Home Assistant.",
  set_up_ignored: "The gateway was ignored in Home Assistant meanwhile: press the button again.",
  set_up_installing: "Putting the U-tec Gateway integration into Home Assistant.",
  set_up_linked: "Home Assistant is linked.",
  set_up_more: "More is needed by now than the button said: look at it and press it again.",
  set_up_no_restart: "Home Assistant was asked to restart and did not: restart it there, under Settings, System.",
  set_up_not_back: "Home Assistant has not come back from its restart: once it runs, press the button again.",
  set_up_nothing_left: "Nothing is left to do: the link follows by itself.",
  set_up_restarting: "Home Assistant is restarting. This takes a minute or two.",
  set_up_silent: "Home Assistant does not answer: once it runs, press the button again.",
  set_up_unignoring: "Ending that Home Assistant ignores the gateway.",
  set_up_waiting: "The integration is there: waiting for the link.",
  set_up_without_integration:
    "Home Assistant has started without the U-tec Gateway integration: its log says why (Settings, System, Logs).",
  step_add: "The U-tec Gateway integration is installed: add it in Home Assistant, Devices & services.",
  step_disabled: "The U-tec Gateway integration is disabled: enable it in Home Assistant, Devices & services.",
  step_found: "Home Assistant has found this gateway: confirm it there under Settings, Devices & services.",
  step_ignored:
    "The gateway was ignored in Home Assistant: add the U-tec Gateway integration there, under Devices & services.",
  step_integration_missing:
    "Home Assistant does not have the U-tec Gateway integration: install it on the gateway's page, from the Marketplace or HACS; where its files are there already, restart Home Assistant.",
  step_not_running:
    "The U-tec Gateway integration does not run ({state}): reload it in Home Assistant, whose log says more.",
  step_setting_up: "Home Assistant is setting up the U-tec Gateway integration.",
  step_stopping: "Home Assistant is stopping: the link follows when it is back.",
  take_over_not_yet:
    "Home Assistant belongs to another gateway, and this one does not have all of its locks yet{names}: sign in their account here. You can then let this gateway take over in Home Assistant, under Settings, Repairs.",
  take_over_other:
    "Home Assistant belongs to another gateway, and this one does not have all of its locks{names}: add their account here, or decide in Home Assistant, under Settings, Repairs which gateway it shall be.",
  take_over_same:
    "Home Assistant belongs to another gateway, which is not connected. This one has the same locks: let it take over in Home Assistant, under Settings, Repairs.",
  take_over_same_connected:
    "Home Assistant belongs to another gateway, which is connected and has the same locks: stop one of the two, or let this one take over in Home Assistant, under Settings, Repairs.",
  take_over_unknown:
    "Home Assistant belongs to another gateway: reconfigure the U-tec Gateway integration there, or stop this gateway.",
} as const;

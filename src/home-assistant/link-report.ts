import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { LinkState, LinkStatus } from "../state/picture.ts";
import type { DialError } from "./connection/socket.ts";
import type { HomeAssistantTarget } from "../settings/settings.ts";
import { phrase } from "../said/phrase.ts";

export interface LinkReportOptions {
  readonly picture: LivePicture;
  readonly clock: Clock;
  readonly log: Log;
  readonly target: HomeAssistantTarget;
}

export interface LinkVersions {
  readonly home_assistant_version: string | null;
  readonly integration_version: string | null;
}

/** Where there is nothing to do but wait. */
const PASSING: ReadonlySet<LinkStatus> = new Set(["linked", "connecting", "core_starting"]);

/**
 * Reports the state of the link: always in the picture, and in the log once per message until the link is up again, so
 * that two causes that alternate all night don't fill the log.
 */
export class LinkReport {
  readonly #options: LinkReportOptions;
  readonly #said = new Set<string>();

  constructor(options: LinkReportOptions) {
    this.#options = options;
  }

  /** @param message one sentence for a person: what is, and what to do */
  say(status: LinkStatus, message: string, versions: Partial<LinkVersions> = {}): void {
    const { picture, clock, log } = this.#options;
    const { link } = picture.gateway;
    const since_at = link.status === status ? link.since_at : clock.now();
    // What the button could not do is done.
    const set_up = status === "linked" && link.set_up?.error ? null : link.set_up;
    picture.update({ gateway: { link: { ...link, ...versions, status, message, since_at, set_up } } });
    if (this.#said.has(message)) return;
    this.#said.add(message);
    log[PASSING.has(status) ? "info" : "warn"](message, { status });
  }

  linked(versions: LinkVersions): void {
    this.#said.clear();
    const { home_assistant_version, integration_version } = versions;
    const core = home_assistant_version ?? phrase("part_core_unknown");
    const integration = integration_version ?? phrase("part_integration_unknown");
    this.say("linked", phrase("link_linked", { core, integration }), versions);
    this.#said.clear();
  }

  /** The socket is gone. Where Home Assistant was starting or refusing anyway, that remains the better message. */
  lost(): void {
    const { status } = this.#options.picture.gateway.link;
    if (status === "core_starting" || status === "token_refused") return;
    this.say("connecting", phrase("link_lost"));
  }

  dialFailed(failure: DialError): void {
    switch (failure.reason) {
      case "core_starting":
        this.say("core_starting", phrase("link_core_starting"));
        break;
      case "unreachable":
        this.say("connecting", phrase("link_unreachable", { place: this.#where(), detail: failure.message }));
        break;
      case "token_refused":
        this.say(
          "token_refused",
          this.#options.target.kind === "supervisor"
            ? phrase("link_token_supervisor", { detail: failure.message })
            : phrase("link_token_own", { detail: failure.message }),
        );
        break;
    }
  }

  notAdministrator(): void {
    this.say(
      "token_refused",
      this.#options.target.kind === "supervisor" ? phrase("link_rights_supervisor") : phrase("link_rights_own"),
    );
  }

  #where(): string {
    const { kind, url } = this.#options.target;
    if (kind === "supervisor") return phrase("part_place_supervisor");
    return URL.canParse(url) ? phrase("part_place_host", { host: new URL(url).host }) : phrase("part_place_setting");
  }
}

/** The link of a gateway to which no Home Assistant is named; an add-on always has one. */
export function notConfigured(now: number): LinkState {
  return {
    status: "not_configured",
    message: phrase("link_not_configured"),
    home_assistant_version: null,
    integration_version: null,
    since_at: now,
    set_up: null,
  };
}

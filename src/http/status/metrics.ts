import type { Clock } from "../../clock.ts";
import { DURATION_BOUNDS_S, FLIGHT_OUTCOMES } from "../../jobs/flight-meter.ts";
import type { FlightFigures } from "../../jobs/flight-meter.ts";
import { TOKEN_STATUSES, needsAttention } from "../../keeper/account.ts";
import type { AccountState } from "../../keeper/account.ts";
import type { LivePicture } from "../../state/live-picture.ts";
import { AnswerText, sendText } from "../encoding/answer-text.ts";
import type { Endpoints } from "../api/endpoints.ts";
import { PROMETHEUS_TEXT_TYPE, prometheusText } from "./prometheus-text.ts";
import type { Metric, Sample } from "./prometheus-text.ts";

/** Where the figures of refreshes come from. */
export interface FlightReadings {
  read(account_id: string): FlightFigures;
}

export interface MetricsParts {
  readonly picture: LivePicture;
  readonly flights: FlightReadings;
  readonly clock: Clock;
}

/** `/metrics`, for Prometheus: computed from the picture at each request, so that nothing is kept for it. */
export function addMetricsEndpoint(endpoints: Endpoints, parts: MetricsParts): void {
  endpoints.add("/metrics", {
    GET: (_request, response) => {
      const metrics = [...gatewayMetrics(parts), ...accountMetrics(parts), ...processMetrics(parts)];
      return sendText(response, PROMETHEUS_TEXT_TYPE, new AnswerText(prometheusText(metrics)));
    },
  });
}

function gatewayMetrics({ picture: { gateway } }: MetricsParts): Metric[] {
  return [
    gauge("utec_gateway_info", "The gateway's version, as a label.", [
      { labels: { version: gateway.version }, value: 1 },
    ]),
    gauge("utec_gateway_home_assistant_linked", "1 while Home Assistant is linked.", [
      { value: gateway.link.status === "linked" ? 1 : 0 },
    ]),
    gauge("utec_gateway_settings_problems", "How many settings are wrong.", [{ value: gateway.problems.length }]),
  ];
}

type OfAccount = (account: AccountState) => number | null;

function accountMetrics({ picture, flights, clock }: MetricsParts): Metric[] {
  const accounts = picture.accounts();
  const now = clock.now();
  const since = (at: number | null): number | null => (at === null ? null : (now - at) / 1000);
  const until = (at: number | null): number | null => (at === null ? null : (at - now) / 1000);

  /** One sample per account; none where nothing is known. */
  const each = (value: OfAccount): Sample[] =>
    accounts.flatMap((account) => {
      const known = value(account);
      return known === null ? [] : [{ labels: labelsOf(account), value: known }];
    });
  const perAccount = (name: string, help: string, value: OfAccount): Metric => gauge(name, help, each(value));

  return [
    perAccount("utec_gateway_token_age_seconds", "How long ago the token was obtained.", (it) => since(it.obtained_at)),
    perAccount(
      "utec_gateway_token_life_left_seconds",
      "How long the token is still valid; below 0 once it has expired.",
      (it) => until(it.expires_at),
    ),
    perAccount(
      "utec_gateway_refresh_token_life_left_seconds",
      "How long the refresh token is still valid, if the cloud says so.",
      (it) => until(it.refresh_expires_at),
    ),
    perAccount(
      "utec_gateway_next_refresh_seconds",
      "How long until the next refresh or retry; below 0 while it is late.",
      (it) => until(it.next_refresh_at),
    ),
    perAccount("utec_gateway_token_generation", "How many tokens the account has had.", (it) => it.generation),
    perAccount("utec_gateway_consecutive_failures", "Failed refreshes in a row.", (it) => it.consecutive_failures),
    perAccount("utec_gateway_person_needed", "1 while the account needs attention.", (it) =>
      needsAttention(it.status) || it.no_token_since_at !== null ? 1 : 0,
    ),
    perAccount("utec_gateway_automatic_refresh", "0 while automatic refresh is switched off.", (it) =>
      it.automatic_refresh ? 1 : 0,
    ),
    gauge(
      "utec_gateway_token_status",
      "1 for the status that the account is in, 0 for the others.",
      accounts.flatMap((account) =>
        TOKEN_STATUSES.map((status) => ({
          labels: { ...labelsOf(account), status },
          value: account.status === status ? 1 : 0,
        })),
      ),
    ),
    perAccount("utec_gateway_cloud_up", "1 while the account's cloud answers.", ({ id }) => {
      const online = picture.gateway.clouds[id]?.online ?? null;
      return online === null ? null : Number(online);
    }),
    perAccount("utec_gateway_refresh_in_flight", "1 while a refresh is under way.", ({ id }) =>
      flights.read(id).inFlight ? 1 : 0,
    ),
    {
      name: "utec_gateway_refreshes_total",
      type: "counter",
      help: "Refreshes that ended, by outcome, since the gateway was started.",
      samples: accounts.flatMap((account) =>
        FLIGHT_OUTCOMES.map((outcome) => ({
          labels: { ...labelsOf(account), outcome },
          value: flights.read(account.id).outcomes[outcome],
        })),
      ),
    },
    {
      name: "utec_gateway_refresh_duration_seconds",
      type: "histogram",
      help: "How long refreshes took that called the token endpoint, the start of their worker included.",
      samples: accounts.flatMap((account) => histogram(labelsOf(account), flights.read(account.id).duration)),
    },
  ];
}

function histogram(labels: Readonly<Record<string, string>>, duration: FlightFigures["duration"]): Sample[] {
  const bucket = (le: string, value: number): Sample => ({ suffix: "_bucket", labels: { ...labels, le }, value });
  return [
    ...DURATION_BOUNDS_S.map((bound, index) => bucket(String(bound), duration.buckets[index] ?? 0)),
    bucket("+Inf", duration.count),
    { suffix: "_sum", labels, value: duration.sumS },
    { suffix: "_count", labels, value: duration.count },
  ];
}

/** Names and meaning as Prometheus' own clients have them. */
function processMetrics({ clock }: MetricsParts): Metric[] {
  const { user, system } = process.cpuUsage();
  const started = clock.now() / 1000 - process.uptime();
  return [
    {
      name: "process_cpu_seconds_total",
      type: "counter",
      help: "CPU time that the process has used.",
      samples: [{ value: (user + system) / 1e6 }],
    },
    gauge("process_resident_memory_bytes", "Memory that the process holds.", [{ value: process.memoryUsage.rss() }]),
    gauge("process_start_time_seconds", "When the process began, in epoch seconds.", [{ value: Math.round(started) }]),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: "gauge", help, samples };
}

function labelsOf({ name, id }: AccountState): { readonly account: string; readonly account_id: string } {
  return { account: name, account_id: id };
}

import type { AccountState } from "../keeper/account.ts";
import type { Secrets } from "../log.ts";
import type { ProblemCode } from "../problem.ts";
import type { LivePicture } from "../state/live-picture.ts";
import type { Endpoints } from "./endpoints.ts";

export interface HealthProblem {
  /** The account's name, where it is an account's problem. */
  readonly account?: string;
  readonly code: ProblemCode;
  readonly message: string;
}

export interface Health {
  readonly status: "ok" | "person_needed";
  readonly problems: readonly HealthProblem[];
}

export interface HealthParts {
  readonly picture: LivePicture;
  readonly secrets: Secrets;
  readonly version: string;
}

/**
 * `/health` says whether a person is needed. `/health/live` says that the process works: containers are restarted by it,
 * and a restart signs nobody in.
 */
export function addHealthEndpoints(endpoints: Endpoints, { picture, secrets, version }: HealthParts): void {
  endpoints.add("/health", {
    GET: (_request, response) => {
      const problems = healthProblems(picture).map((problem) => ({
        ...problem,
        message: secrets.scrub(problem.message),
      }));
      const health: Health = { status: problems.length === 0 ? "ok" : "person_needed", problems };
      response.status(problems.length === 0 ? 200 : 503).json(health);
    },
  });

  endpoints.add("/health/live", {
    GET: (_request, response) => {
      response.json({ status: "ok", version });
    },
  });
}

function healthProblems(picture: LivePicture): HealthProblem[] {
  return [
    ...picture.gateway.problems.map(({ message }) => ({ code: "settings_invalid", message }) as const),
    ...picture.accounts().flatMap(accountProblem),
  ];
}

/** What does not mend itself: everything else the keeper goes on trying. */
function accountProblem({ name, status, last_error }: AccountState): HealthProblem[] {
  switch (status) {
    case "sign_in_needed":
      return [
        { account: name, code: status, message: `${name} needs a sign-in: open the gateway's page and sign in.` },
      ];
    case "misconfigured":
      return [
        {
          account: name,
          code: status,
          message: last_error?.message ?? `${name} is not set up right: check its client id, secret and redirect URI.`,
        },
      ];
    case "store_failed":
      return [
        {
          account: name,
          code: status,
          message: `The sign-in of ${name} cannot be saved: make room on the disk of the data folder.`,
        },
      ];
    case "fresh":
    case "due":
    case "refreshing":
    case "retrying":
    case "clock_suspect":
    case "paused":
    case "static":
      return [];
  }
}

import { Problem } from "../../problem.ts";
import type { ProblemOptions } from "../../problem.ts";

export type CloudProblemCode = "cloud_unreachable" | "cloud_error" | "cloud_answer_unreadable" | "rate_limited";

export interface CloudProblemOptions extends Pick<ProblemOptions, "retry_after_s" | "cause"> {
  /** True when it is not known whether the cloud did what it was asked. */
  readonly mayHaveActed: boolean;
  /** The error's code as the cloud wrote it, where it gave one. */
  readonly cloudCode?: string;
  /** True when the cloud refused this particular request: another one may succeed at once. */
  readonly refusesRequest?: boolean;
}

/** The cloud did not do, or may not have done, what it was asked. Trying again later may help. */
export class CloudProblem extends Problem {
  readonly mayHaveActed: boolean;
  readonly cloudCode: string | null;
  readonly refusesRequest: boolean;

  constructor(code: CloudProblemCode, message: string, options: CloudProblemOptions) {
    super(code, message, { ...options, retryable: true });
    this.mayHaveActed = options.mayHaveActed;
    this.cloudCode = options.cloudCode ?? null;
    this.refusesRequest = options.refusesRequest ?? false;
  }
}

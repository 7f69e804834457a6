/** What the Supervisor refuses, as its API says it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly extra: object;

  constructor(status: number, message: string, extra: object = {}) {
    super(message);
    this.status = status;
    this.extra = extra;
  }
}

/** Why a whole action is refused; answered in the envelope at HTTP 200, or with another status and an empty body. */
export class ActionRefusal extends Error {
  override readonly name = "ActionRefusal";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 200) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Why a whole action is refused; answered at HTTP 200. */
export class ActionRefusal extends Error {
  override readonly name = "ActionRefusal";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

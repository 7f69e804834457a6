import type { CommandArguments, CommandName, CommandOrigin, CommandState } from "../state/picture.ts";

export interface CommandRequest {
  /** The asker's own id for it; default: one of the gateway's. */
  readonly id?: string | undefined;
  readonly device_id: string;
  readonly name: CommandName;
  readonly args?: CommandArguments | undefined;
  readonly origin: CommandOrigin;
  /** When the asker stops waiting, epoch ms; the gateway's own deadline may come sooner. */
  readonly deadline_at?: number | undefined;
}

/** The one door through which commands go to the cloud, whoever asks. */
export interface CommandDoor {
  /**
   * Sends the command once and resolves when the cloud has accepted it. An equal command that is the last under way for
   * the same device is joined: its record comes back.
   * @throws Problem `device_not_found`, `command_unsupported`, `device_offline`, `command_refused`, `sign_in_needed`,
   * `misconfigured`, `cloud_unreachable`, `cloud_error`, `rate_limited`; `command_unconfirmed` when the answer was lost
   * and the state does not show that it happened; `command_expired` when it waited so long behind another that it was
   * not sent
   */
  submit(request: CommandRequest): Promise<CommandState>;
  /** Resolves when the command has ended; its `outcome` is never null then. @throws Problem `command_not_found` */
  ended(command_id: string): Promise<CommandState>;
}

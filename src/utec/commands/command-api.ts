import type { CommandName, CommandOrigin, CommandState } from "../../state/picture.ts";

export interface CommandRequest {
  /** The caller's own id for it, so that asking again is not a second command; default: one of the gateway's. */
  readonly id?: string | undefined;
  readonly device_id: string;
  readonly name: CommandName;
  /** As CommandArguments has them, but not validated yet. */
  readonly args?: object | undefined;
  readonly origin: CommandOrigin;
  /** When the caller stops waiting, epoch ms; the gateway's own deadline may come sooner. */
  readonly deadline_at?: number | undefined;
}

/** How everything in the gateway sends commands to devices. */
export interface CommandApi {
  /**
   * Sends the command once and resolves when the cloud has accepted it. An identical command that is the last in
   * progress for the same device is joined: its record is the result. So does the record of a command with the same id
   * and content.
   * @throws Problem `device_not_found`, `command_unsupported`, `bad_request`, `command_id_used`, `device_offline`,
   * `command_refused`, `lock_in_passage_mode`, `command_superseded`, `sign_in_needed`, `misconfigured`,
   * `refresh_paused`, `store_failed`, `cloud_unreachable`, `cloud_error`, `cloud_answer_unreadable`, `rate_limited`;
   * `command_unconfirmed` when the answer was lost and the state does not show that it happened; `command_expired` when
   * its time had passed before it was sent
   */
  submit(request: CommandRequest): Promise<CommandState>;
  /** The command with this id, the caller's own or the gateway's: one of the latest, or one in progress. */
  find(command_id: string): CommandState | undefined;
  /** Resolves when the command has ended; its `outcome` is never null then. @throws Problem `command_not_found` */
  ended(command_id: string): Promise<CommandState>;
}

import { GENERATIONS, IMPORT_STATUSES, LONGEST_CONFIG_BYTES } from "../../import/import-state.ts";
import type { ImportOutcome, ImportState, KeyNotTaken, TakenKey } from "../../import/import-state.ts";
import { act, json, read } from "./operation.ts";
import type { Path } from "./operation.ts";
import { described, flag, listOf, named, nullable, object, oneOf, said, text, time } from "./schema.ts";

/** The models of taking over uteclocal's config, by name. */
export const importModels = {
  Import: object<ImportState>({
    status: described(
      oneOf(IMPORT_STATUSES),
      "imported: the latest file became an account; waiting: a file was found, and a person decides; failed: the file that was found is of no use.",
    ),
    source: described(nullable(text), "The file's path on the gateway's machine, or uploaded."),
    generation: described(
      nullable(oneOf(GENERATIONS)),
      "Of uteclocal, by the file's keys; null where they do not tell, as between B and C with a refresh buffer of somebody's own.",
    ),
    imported_at: nullable(time),
    account_id: described(
      nullable(text),
      "The account that it became, unless that was removed; while it waits, the one that has its client already.",
    ),
    taken: listOf(object<TakenKey>({ key: text, as: described(text, "What it became, for people."), said })),
    not_taken: listOf(object<KeyNotTaken>({ key: text, reason: described(text, "Goes on after the key."), said })),
    message: described(text, "One sentence for a person; empty where there is nothing to say."),
    said,
  }),
  ImportOutcome: object<ImportOutcome>({
    import: named("Import"),
    account: nullable(named("Account")),
    is_new: described(flag, "False: this file was imported before, and nothing was changed."),
  }),
} as const;

const outcome = named("ImportOutcome");

/** Their address. */
export const importPaths: Readonly<Record<string, Path>> = {
  "/api/import": {
    get: read("getImport", "What became of uteclocal's config.json", named("Import")),
    post: act(
      "importConfig",
      "Take over uteclocal's config.json: an account with its client, its sign-in and its settings",
      object<{ file?: string; confirm?: boolean }>({
        file: {
          optional: described(
            { ...text, maxLength: LONGEST_CONFIG_BYTES },
            "The file's content, as it is; without it the one that waits on the gateway's machine is taken.",
          ),
        },
        confirm: {
          optional: described(
            flag,
            "True: a further account is wanted beside those that there are. None is ever overwritten.",
          ),
        },
      }),
      {
        ...json("200", "It was imported before: nothing was changed", outcome),
        ...json("201", "Imported", outcome),
      },
    ),
  },
};

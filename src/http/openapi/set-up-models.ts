import { SET_UP_STEPS } from "../../state/set-up.ts";
import type { SetUpPlan, SetUpState } from "../../state/set-up.ts";
import { codeAndMessage, described, listOf, nullable, object, oneOf, said, text, time } from "./schema.ts";
import type { Schema } from "./schema.ts";

const step = oneOf(SET_UP_STEPS);

/** Setting the gateway up in Home Assistant. */
export const setUpModels: Readonly<Record<string, Schema>> = {
  SetUp: object<SetUpState>(
    {
      steps: described(listOf(step), "What was agreed to."),
      step: described(nullable(step), "The one under way, or at which it ended; null once all are done."),
      message: text,
      said,
      error: nullable(codeAndMessage),
      started_at: time,
      ended_at: described(nullable(time), "Null while it is under way."),
    },
    "What has become of a press of the button.",
  ),
  SetUpPlan: object<SetUpPlan>(
    {
      steps: described(listOf(step), "Empty where nothing is to be done, or nothing can be."),
      refusal: described(nullable(codeAndMessage), "Why the button would do nothing."),
    },
    "What a press of the button would do now.",
  ),
};

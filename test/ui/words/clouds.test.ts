import "./english.ts";
import { expect, test } from "vitest";
import { describeProvider } from "../../../src/keeper/providers/provider-description.ts";
import { allProviders } from "../../../src/keeper/providers/providers.ts";
import { trySay } from "../../../ui/src/words/language/words.ts";
import { cloudLabel, cloudPurpose, fieldHelp, fieldLabel } from "../../../ui/src/words/accounts/clouds.ts";

test.for(allProviders().map(describeProvider))(
  "all that the API says of $id has words on the page, in English the same",
  (provider) => {
    const { id, label, purpose, fields } = provider;
    expect(trySay(`clouds.label_${id}`, {})).toBe(label);
    expect(trySay(`clouds.purpose_${id}`, {})).toBe(purpose);
    for (const field of fields) {
      expect(trySay(`clouds.field_${field.name}`, {})).toBe(field.label);
      expect(fieldHelp(id, field)).toBe(field.help);
      expect(fieldHelp(id, { name: field.name, help: "" }), field.name).not.toBe("");
    }
  },
);

test("of a cloud that a newer gateway knows the page says what the API says", () => {
  const newer = { id: "newer", label: "Newer", purpose: "For later." };
  expect([cloudLabel(newer), cloudPurpose(newer)]).toEqual(["Newer", "For later."]);
  const field = { name: "region", label: "Region", help: "Where it is." };
  expect([fieldLabel(field), fieldHelp("newer", field)]).toEqual(["Region", "Where it is."]);
});

import { DEVICE_VALUES, forEachMember } from "../../state/device-values.ts";
import type { ValueShape } from "../../state/device-values.ts";
import type { Color, DeviceValue } from "../../state/picture.ts";
import { described, flag, nullable, object, oneOf, time } from "./schema.ts";
import type { Schema } from "./schema.ts";

const channel: Schema = { type: "integer", minimum: 0, maximum: 255 };

export const color = object<Color>({ r: channel, g: channel, b: channel });

/** The members of a device that hold its values. */
export const deviceValues = forEachMember((shape) => {
  const schema = nullable(schemaOf(shape));
  return shape.description === undefined ? schema : described(schema, shape.description);
});

/** A moment for each value that was ever reported. */
export const valueMoments = object<Partial<Record<DeviceValue, number>>>(
  Object.fromEntries(DEVICE_VALUES.map((value) => [value, { optional: time }])) as Record<
    DeviceValue,
    { readonly optional: Schema }
  >,
);

function schemaOf(shape: ValueShape): Schema {
  switch (shape.is) {
    case "flag":
      return flag;
    case "word":
      return oneOf(shape.of);
    case "number":
      return {
        type: shape.whole ? "integer" : "number",
        ...(shape.min === undefined ? {} : { minimum: shape.min }),
        ...(shape.max === undefined ? {} : { maximum: shape.max }),
      };
    case "color":
      return color;
  }
}

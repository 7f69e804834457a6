/**
 * Invisible characters that phones, chats and mail programs put into copied text: zero-width characters,
 * marks of direction, soft hyphens, a byte order mark, control characters.
 */
const INVISIBLE =
  /(?![\t\n\v\f\r])[\p{Cf}\p{Cc}\p{Variation_Selector}\u{34f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{3164}\u{ffa0}\u{fffc}]/gu;

/** The text as people see it. Line ends and spaces stay. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, "");
}

const PAIRS = /^(?:"(.*)"|'(.*)'|`(.*)`|[“”„](.*)[“”]|[‘’‚](.*)[‘’]|[«»](.*)[«»]|<(.*)>|\((.*)\)|\[(.*)\]|\{(.*)\})$/su;

/** Other labels of a field, beside its name. */
const LABELS: Readonly<Record<string, string>> = {
  client_id: "(?:client|app)[\\s_-]*id",
  client_secret: "(?:client|app)[\\s_-]*secret",
  redirect_uri: "(?:redirect(?:ion)?|callback)[\\s_-]*ur[il]",
  token: "(?:authorization|access[\\s_-]*token|token)",
};

/**
 * A pasted value as it is meant: without what nobody sees, the quotes or brackets around it, the comma behind it, its
 * own label or the JSON that it stood in. Only for values that can hold none of these themselves; never for a password.
 * @param field its name, in snake_case
 */
export function pastedValue(field: string, pasted: string): string {
  const label = LABELS[field] ?? field.replaceAll("_", "[\\s_-]*");
  const labelled = new RegExp(`^["'“”]?${label}["'“”]?\\s*(?::(?!//)|=)\\s*`, "i");
  let value = visible(pasted).trim();
  for (let before = ""; value !== before;) {
    before = value;
    value = ofJson(field, value).replace(labelled, "").replace(/[,;]$/, "").trim();
    if (field === "token") value = value.replace(/^bearer\s+/i, "");
    const inside = PAIRS.exec(value)
      ?.slice(1)
      .find((part) => part !== undefined);
    value = (inside ?? value).trim();
  }
  return value;
}

/** The field's own member of a pasted object. */
function ofJson(field: string, value: string): string {
  if (!value.startsWith("{")) return value;
  try {
    const parsed: unknown = JSON.parse(value);
    const wanted = field.replaceAll("_", "");
    const member = Object.entries(Object(parsed)).find(([name]) => name.toLowerCase().replace(/[_-]/g, "") === wanted);
    return typeof member?.[1] === "string" ? member[1] : value;
  } catch {
    return value;
  }
}

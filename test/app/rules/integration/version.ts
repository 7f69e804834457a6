/** The forms of a version that Home Assistant's loader takes (awesomeversion 25.8: CalVer, SemVer, PEP 440, numbers). */
const LOADABLE: readonly RegExp[] = [
  /^[vV]?\d+(\.\d+)*$/,
  /^(\d{2}|\d{4})\.\d{1,2}(\.?\d{1,2}\.?)?(\.\d)?(\d*(\w+\d+)?)$/,
  /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[\da-zA-Z-]+(\.[\da-zA-Z-]+)*)?(\+[\da-zA-Z-]+(\.[\da-zA-Z-]+)*)?$/,
  /^([1-9]\d*!)?(0|[1-9]\d*)(\.(0|[1-9]\d*))*([-_.]?(alpha|beta|preview|pre|rc|[abc])(0|[1-9]\d*))?([-_.]?(post|rev|r)(0|[1-9]\d*))?([-_.]?(dev|d)(0|[1-9]\d*))?(\+[a-z\d]+([-_.][a-z\d]+)*)?$/,
];
const KNOWN: readonly RegExp[] = [...LOADABLE, /^0x[A-Fa-f0-9]+$/, /^(latest|dev|stable|beta)$/];

/** Without such a version a custom integration is not loaded. */
export function isLoadableVersion(version: unknown): boolean {
  return typeof version === "string" && LOADABLE.some((form) => form.test(version.trim()));
}

/** Can it be compared with another one? */
export function isVersion(version: unknown): boolean {
  return typeof version === "string" && KNOWN.some((form) => form.test(version.trim().replace(/\.$/, "")));
}

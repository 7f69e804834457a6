export interface VersionPlace {
  readonly file: string;
  /** What stands before the version. */
  readonly before: RegExp;
}

/** Every place of the repository that carries the product's version. */
export const VERSION_PLACES: readonly VersionPlace[] = [
  { file: "package.json", before: /^ {2}"version": "/ },
  { file: "package-lock.json", before: /^ {2}"version": "/ },
  { file: "package-lock.json", before: /^ {4}"": \{\n {6}"name": "utec-gateway",\n {6}"version": "/ },
  { file: "config.yaml", before: /^version: "/ },
  { file: "Dockerfile", before: /^ARG BUILD_VERSION=/ },
  { file: "custom_components/utec_gateway/manifest.json", before: /^ {2}"version": "/ },
];

/** The version at a place. @throws Error where the file does not have the place, or more than once */
export function versionAt({ file, before }: VersionPlace, text: string): string {
  const [found, ...more] = text.matchAll(new RegExp(`(?<=${before.source})[^"\\s]*`, "gm"));
  if (found === undefined || more.length > 0) {
    throw new Error(`${file} has its version ${found === undefined ? "nowhere" : "in several places"}.`);
  }
  return found[0];
}

/** The text with another version at the place. @throws Error as `versionAt` */
export function withVersionAt(place: VersionPlace, text: string, version: string): string {
  versionAt(place, text);
  return text.replace(new RegExp(`(?<=${place.before.source})[^"\\s]*`, "gm"), version);
}

import { execFileSync } from "node:child_process";
import { builtOnce } from "../../home-assistant/environment/cache.ts";
import { unpack } from "../../home-assistant/environment/debian.ts";

/** The AppArmor of a Debian release with the abstractions that it ships, in a root of its own: nothing of it is installed. */
export class AppArmorParser {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  static async of(release: string): Promise<AppArmorParser> {
    return new AppArmorParser(
      await builtOnce(`apparmor-${release}`, (folder) => unpack(release, ["apparmor", "base-files"], folder)),
    );
  }

  /** @throws Error with the parser's words when the profile is wrong */
  check(profile: string): void {
    this.#parse(profile, []);
  }

  /** The profile with the text of everything that it includes in its place. */
  preprocess(profile: string): string {
    return this.#parse(profile, ["--preprocess"]);
  }

  #parse(profile: string, flags: readonly string[]): string {
    const args = [this.#root, "/usr/sbin/apparmor_parser", "--skip-kernel-load", "--skip-cache", ...flags];
    return execFileSync("chroot", args, { input: profile, encoding: "utf8", stdio: "pipe", maxBuffer: 16e6 });
  }
}

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAsPython } from "../python/document.ts";
import { readAppConfiguration } from "../app-configuration.ts";
import { clonedTree } from "../store/tree.ts";
import { loadedProfile, profileName, securityRating } from "./security.ts";

describe("the profile that the Supervisor loads", () => {
  test.each([
    ["none", "#include <tunables/global>\n", "Missing AppArmor profile"],
    ["only one that is indented", "  profile a {\n}\n", "Missing AppArmor profile"],
    ["one that is named by its path alone", "/usr/bin/a {\n}\n", "Missing AppArmor profile"],
    ["two", "profile a {\n}\nprofile b {\n}\n", "Too many AppArmor profiles"],
  ])("%s: the app is not installed", (_case, profile, sentence) => {
    expect(() => profileName(profile)).toThrow(sentence);
  });

  test("only the heading gets the app's slug: another line that names the profile goes on naming the old one", () => {
    const loaded = loadedProfile("profile a flags=(x) {\n  signal peer=a,\n  profile b {\n  }\n}\n", "local_a");
    expect(loaded).toBe("profile local_a flags=(x) {\n  signal peer=a,\n  profile b {\n  }\n}\n");
  });

  test("a name that stands within the word before it spoils that word", () => {
    expect(loadedProfile("profile file {\n}\n", "local_a")).toBe("prolocal_a file {\n}\n");
  });
});

describe("the rating", () => {
  const rate = (more: string, hasProfile = false): number =>
    securityRating(
      readAppConfiguration(
        parseAsPython(`name: A\nversion: "1"\nslug: a\ndescription: d\narch: [amd64]\n${more}`).value,
      ).effective,
      hasProfile,
    ).rating;

  test.each([
    ["", false, 5],
    ["", true, 6],
    ["apparmor: false", true, 4],
    ["ingress: true", false, 7],
    ["ingress: true", true, 8],
    ["auth_api: true", true, 7],
    ["ingress: true\nauth_api: true", true, 8],
    ["ingress: true\nhost_network: true", false, 6],
    ["ingress: true\nhassio_role: manager", true, 7],
    ["ingress: true\nhassio_role: admin", true, 6],
    ["privileged: [NET_ADMIN, SYS_ADMIN]\nkernel_modules: true", false, 4],
    ["privileged: [SYS_NICE]", false, 5],
    ["host_uts: true", false, 5],
    ["host_uts: true\nprivileged: [SYS_ADMIN]", false, 3],
    ["host_pid: true\nhost_network: true\nhassio_role: admin\napparmor: false", false, 1],
    ["ingress: true\nfull_access: true", true, 1],
    ["docker_api: true", true, 1],
    ["homeassistant_api: true\nhassio_api: true\nmap: ['ssl:rw']\nports: {80/tcp: 80}", false, 5],
  ])("%s with a profile: %s -> %i", (more, hasProfile, rating) => {
    expect(rate(more, hasProfile)).toBe(rating);
  });
});

describe("ours", () => {
  const tree = clonedTree(join(import.meta.dirname, "../../../.."));
  const profile = tree.text("apparmor.txt");

  test("8 of 8: ingress, and a profile of its own", () => {
    const { effective } = readAppConfiguration(parseAsPython(tree.text("config.yaml")).value);
    expect(securityRating(effective, tree.files.includes("apparmor.txt"))).toEqual({
      points: { start: 5, apparmor: 1, ingress: 2 },
      rating: 8,
    });
  });

  test.each(["local_utec_gateway", "a1b2c3d4_utec_gateway"])(
    "renamed to %s, and whatever names it still does",
    (slug) => {
      const loaded = loadedProfile(profile, slug);
      expect(profileName(loaded)).toBe(slug);
      expect(loaded.split("\n").filter((line, at) => line !== profile.split("\n")[at])).toHaveLength(1);
      const peers = [...loaded.matchAll(/peer=([^ ,/]+)/g)]
        .map(([, peer = ""]) => peer)
        .filter((peer) => peer !== "unconfined");
      expect(peers).not.toEqual([]);
      for (const peer of peers) expect(slug).toMatch(new RegExp(`^${peer.replaceAll("*", ".*")}$`));
    },
  );
});

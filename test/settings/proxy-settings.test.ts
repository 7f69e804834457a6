import { describe, expect, test } from "vitest";
import { Secrets } from "../../src/log.ts";
import { proxyFor } from "../../src/outgoing/proxy.ts";
import type { ProxySettings } from "../../src/outgoing/proxy.ts";
import { readProxySettings } from "../../src/settings/proxy-settings.ts";
import { SettingFields } from "../../src/settings/setting-fields.ts";
import { fromEnvironment } from "../../src/settings/setting-source.ts";

type Environment = Readonly<Record<string, string>>;

interface Read {
  readonly settings: ProxySettings | null;
  readonly problems: readonly string[];
  readonly secrets: Secrets;
}

function read(...environments: readonly Environment[]): Read {
  const secrets = new Secrets();
  const fields = new SettingFields(fromEnvironment({}), secrets);
  const settings = readProxySettings(environments, fields);
  return { settings, problems: fields.problems.map(({ message }) => message), secrets };
}

function refusalOf(environment: Environment): string {
  try {
    read(environment);
  } catch (error) {
    expect(error).toMatchObject({ code: "settings_invalid", field: Object.keys(environment)[0] });
    return (error as Error).message;
  }
  throw new Error("It was taken.");
}

describe("a proxy's address is read as people write it", () => {
  test.each<[written: string, address: string]>([
    ["http://proxy.lan:3128", "http://proxy.lan:3128/"],
    ["http://proxy.lan:3128/", "http://proxy.lan:3128/"],
    ["https://proxy.lan", "https://proxy.lan/"],
    ["HTTP://Proxy.Lan:3128", "http://proxy.lan:3128/"],
    ["proxy.lan:3128", "http://proxy.lan:3128/"],
    ["proxy", "http://proxy/"],
    ["192.168.1.2:3128", "http://192.168.1.2:3128/"],
    ["[fd00::2]:3128", "http://[fd00::2]:3128/"],
    ["//proxy.lan:3128", "http://proxy.lan:3128/"],
    ["http:/proxy.lan:3128", "http://proxy.lan:3128/"],
    [' "http://proxy.lan:3128" ', "http://proxy.lan:3128/"],
    ["“http://proxy.lan:3128”", "http://proxy.lan:3128/"],
    ["<http://proxy.lan:3128>,", "http://proxy.lan:3128/"],
    ["HTTPS_PROXY=http://proxy.lan:3128", "http://proxy.lan:3128/"],
    ["http://proxy.lan:3128\u200b\r\n", "http://proxy.lan:3128/"],
    ["user:password@proxy.lan:3128", "http://user:password@proxy.lan:3128/"],
    ["http://user:p%40ss@proxy.lan:3128", "http://user:p%40ss@proxy.lan:3128/"],
    ["http://user:p@ss@proxy.lan:3128", "http://user:p%40ss@proxy.lan:3128/"],
    ["http://DOMAIN\\user:100%@proxy.lan:3128".replace("\\", "%5C"), "http://DOMAIN%5Cuser:100%25@proxy.lan:3128/"],
  ])("%j", (written, address) => {
    const { settings, problems } = read({ HTTPS_PROXY: written });
    expect(settings).toEqual({ http: null, https: address, exceptions: [] });
    expect(problems).toEqual([]);
  });

  test.each(["", " ", '""'])("%j sets none", (written) => {
    expect(read({ HTTPS_PROXY: written, http_proxy: written, NO_PROXY: "*" }).settings).toBeNull();
  });
});

describe("what can't be a proxy ends the start with one sentence that says nothing of it", () => {
  test.each([
    "socks://u:canary-canary@proxy.lan:1080",
    "socks5h://u:canary-canary@proxy.lan:1080",
    "ftp://u:canary-canary@proxy.lan",
    "http://u:canary/canary@proxy.lan:3128",
    "http://u:canary#canary@proxy.lan:3128",
    "http://u:canary-canary@proxy.lan:port",
    "http://u:canary-canary@proxy.lan:99999",
    "http://u:canary-canary@",
    "http://wpad.canary/proxy.pac",
    "http://proxy canary:3128",
  ])("%s", (written) => {
    const sentence = refusalOf({ https_proxy: written });
    expect(sentence).toMatch(/^https_proxy .+: write .+\.$/);
    expect(sentence).not.toMatch(/canary|1080|99999/);
  });
});

describe("which variable counts", () => {
  const [one, other] = ["http://one.lan:1", "http://other.lan:2"];
  test("both kinds of address have their own", () => {
    expect(read({ HTTP_PROXY: one, HTTPS_PROXY: other }).settings).toMatchObject({
      http: "http://one.lan:1/",
      https: "http://other.lan:2/",
    });
  });

  test("lower case before upper case, what says something before what is empty", () => {
    expect(read({ HTTPS_PROXY: one, https_proxy: other }).settings?.https).toBe("http://other.lan:2/");
    expect(read({ HTTPS_PROXY: one, https_proxy: "" }).settings?.https).toBe("http://one.lan:1/");
  });

  test("the environment before .env, however either is spelt", () => {
    const { settings } = read({ HTTPS_PROXY: one }, { https_proxy: other, no_proxy: "cloud.test" });
    expect(settings?.https).toBe("http://one.lan:1/");
    expect(proxyFor(settings, "https://cloud.test/")).toBeNull();
  });
});

describe("NO_PROXY", () => {
  const proxied = { HTTPS_PROXY: "http://proxy.lan:3128" };

  test.each(["ha.lan,192.168.0.0/16", "ha.lan, 192.168.0.0/16,", "ha.lan 192.168.0.0/16", '"ha.lan;192.168.0.0/16"'])(
    "is a list: %s",
    (written) => {
      const { settings, problems } = read({ ...proxied, NO_PROXY: written });
      expect(problems).toEqual([]);
      const goesThrough = ["ha.lan", "192.168.3.4", "cloud.test"].map((host) => proxyFor(settings, `https://${host}/`));
      expect(goesThrough).toEqual([null, null, "http://proxy.lan:3128/"]);
    },
  );

  test("<local> alone stays what it is", () => {
    expect(read({ ...proxied, NO_PROXY: "<local>" }).settings?.exceptions).toEqual([{ kind: "local_names" }]);
  });

  test("an entry that is none is named by its place and left out, and the rest counts", () => {
    const { settings, problems } = read({ ...proxied, no_proxy: "ha.lan,10.0.0.0/99,.lan" });
    expect(settings?.exceptions).toHaveLength(2);
    expect(problems).toEqual([
      "Entry 2 of no_proxy is no name, address or network, and is left out: write ha.lan, .lan or 192.168.0.0/16.",
    ]);
  });
});

describe("credentials are kept out of every line from then on", () => {
  test.each<[written: string, secrets: readonly string[]]>([
    [
      "http://gateway:canary%40canary@proxy.lan:3128",
      [
        "http://gateway:canary%40canary@proxy.lan:3128",
        "canary%40canary",
        "canary@canary",
        Buffer.from("gateway:canary@canary").toString("base64"),
      ],
    ],
    ["gateway:canary-canary@proxy.lan:3128", ["gateway:canary-canary@proxy.lan:3128", "canary-canary"]],
    ["http://canary-token@proxy.lan:3128", ["canary-token", Buffer.from("canary-token:").toString("base64")]],
  ])("%s", (written, hidden) => {
    const { secrets } = read({ HTTPS_PROXY: written });
    for (const secret of hidden) expect(secrets.scrub(`x ${secret} y`)).not.toContain(secret);
  });

  test("and an address without any may be told", () => {
    const { secrets } = read({ HTTPS_PROXY: "http://proxy.lan:3128" });
    expect(secrets.scrub("http://proxy.lan:3128")).toBe("http://proxy.lan:3128");
  });
});

import { describe, expect, test } from "vitest";
import { Secrets } from "../../src/log.ts";
import { Redactor } from "../../src/report/redactor.ts";

const SECRET = 'canary/+ "value" ünd so';

function redactor(): Redactor {
  const secrets = new Secrets();
  secrets.add(SECRET);
  return new Redactor(secrets);
}

describe("a secret that the gateway knows is found", () => {
  test.for([
    ["as it is", SECRET],
    ["in JSON", JSON.stringify({ v: SECRET })],
    ["in JSON in JSON", JSON.stringify(JSON.stringify({ v: SECRET }))],
    ["in a URL", `x=${encodeURIComponent(SECRET)}`],
    ["in a URL in a URL", `x=${encodeURIComponent(encodeURIComponent(SECRET))}`],
    ["in a URL, in small letters", encodeURIComponent(SECRET).replace(/%\w\w/g, (each) => each.toLowerCase())],
    ["in a form", new URLSearchParams({ x: SECRET }).toString()],
    ["in base64", Buffer.from(SECRET).toString("base64")],
    ["in base64 of more", Buffer.from(`client:${SECRET}`).toString("base64url")],
    ["in base64 with more behind it", Buffer.from(`ab${SECRET}!`).toString("base64")],
  ])("%s", ([, text = ""]) => {
    const clean = redactor().text(`before ${text} after`);
    expect(clean).toMatch(/^before .*after$/);
    expect(clean).toContain("[secret]");
    expect(clean).not.toMatch(/canary/i);
    for (const at of [0, 1, 2])
      expect(clean).not.toContain(Buffer.from(SECRET.slice(at)).toString("base64").slice(4, 16));
  });
});

test("a long text is cleaned in a moment, whatever is in it", () => {
  const names = redactor();
  for (let index = 0; index < 200; index += 1) names.know("lock", `AA:BB:CC:00:00:${index}`, `Door number ${index}`);
  for (const part of ["a", "a-", "a.", "a@", "a:", "a_", "%40", "token=", '"token":"', "http://", "Door number 7 "]) {
    const begun = performance.now();
    names.text(part.repeat(20_000 / part.length));
    expect(performance.now() - begun, part).toBeLessThan(3000);
  }
});

describe("what looks like a secret is left out, though nobody knows it", () => {
  test.for([
    ["Authorization: Bearer canarybearertoken", "Authorization: Bearer [secret]"],
    ["sent Bearer canary.bearer-token", "sent Bearer [secret]"],
    ["Basic Y2FuYXJ5OmNhbmFyeQ==", "Basic [secret]"],
    [
      "grant_type=refresh_token&refresh_token=canary1&client_secret=canary2",
      "grant_type=refresh_token&refresh_token=[secret]&client_secret=[secret]",
    ],
    ['{"access_token":"canary","expires_in":3600}', '{"access_token":"[secret]","expires_in":3600}'],
    ['{\\"password\\":\\"canary\\"}', '{\\"password\\":\\"[secret]\\"}'],
    ['{"password":"two canary words, and more"}', '{"password":"[secret]"}'],
    ["secret='it canary\\'s' and so on", "secret='[secret]' and so on"],
    ["a pin=4711canary was typed", "a pin=[secret] was typed"],
    ["token eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOjF9.c2ln was sent", "token [secret] was sent"],
    ["http://canary:canary@nas.lan:8123/x?code=canary#canary", "http://[secret]@host-1:8123/x?[left out]"],
  ])("%s", ([text = "", clean]) => {
    expect(redactor().text(text)).toBe(clean);
  });
});

describe("what looks like an address, an id or a place gets a placeholder", () => {
  test.for([
    ["mail to Anna.Canary+locks@example.org!", "mail to email-1!"],
    ["mail=anna%40example.org", "mail=email-1"],
    ["from 192.168.7.23 and 192.168.7.23:8123, then 10.0.0.9", "from ip-1 and ip-1:8123, then ip-2"],
    ["from fe80::1cc0:3e8c:119f:c2e1%eth0", "from ip-1"],
    ["at [2001:db8::17]:8099", "at [ip-1]:8099"],
    ["mac AA:BB:CC:DD:EE:0f, aa-bb-cc-dd-ee-0f", "mac mac-1, mac-1"],
    ["getaddrinfo ENOTFOUND my-canary.duckdns.org", "getaddrinfo ENOTFOUND host-1"],
    ["getaddrinfo ENOTFOUND canarynas", "getaddrinfo ENOTFOUND host-1"],
    ["at 52.520008, 13.404954 there", "at place-1 there"],
    ["latitude=52.5 longitude: 13.4", "latitude=[place] longitude: [place]"],
    ["command 4f2b9c1e-7a3d-4e5f-8b6a-0c1d2e3f4a5b", "command id-1"],
    ["user 0123456789abcdef0123456789abcdef", "user id-1"],
    ["in /home/canary/.data and /Users/canary/x", "in /home/person-1/.data and /Users/person-1/x"],
    ["call +49 171 1234567 now", "call phone-1 now"],
  ])("%s", ([text = "", clean]) => {
    expect(redactor().text(text)).toBe(clean);
  });
});

test.for([
  "Linked to Home Assistant 2026.11.0, integration 0.1.0.",
  "The cloud answered 503; trying again. code=http_503 in_s=4",
  "Home Assistant has no token: check the settings.",
  "POST https://api.u-tec.com/action failed: ECONNREFUSED 127.0.0.1:443 code=ECONNREFUSED",
  "    at Gateway.#start (file:///app/src/gateway.ts:120:11)",
  "open '/data/gateway.db' failed, see config.json and src/keeper/vault.ts",
  "The refresh at 2026-11-29T18:58:35.123Z took 212 ms; generation=21",
  "state=locked lock_state=unlocked device_unavailable",
  "capabilities st.healthCheck, st.lock and st.batteryLevel",
  "The U-tec cloud has an error of its own (500)",
])("what helps stays as it is: %s", (text) => {
  expect(redactor().text(text)).toBe(text);
});

describe("a name that is known", () => {
  test.for([
    ["in a sentence", "Anna's Tür did not lock."],
    ["in other letters", "ANNA'S TÜR did not lock."],
    ["with its accents written apart", "Anna's Tür did not lock.".normalize("NFD")],
    ["in a URL", `/lock?name=${encodeURIComponent("Anna's Tür")}`],
    ["in JSON with escapes", '{"name":"Anna\'s T\\u00fcr"}'],
    ["in HTML", "<b>Anna&#39;s Tür</b>"],
    ["in an entity's id", "lock.anna_s_tur"],
    ["by its id", "device 5CF286AA0017"],
  ])("has the same placeholder %s", ([, text = ""]) => {
    const names = redactor();
    expect(names.know("lock", "5CF286AA0017", "Anna's Tür")).toBe("lock-1");
    const clean = names.text(text);
    expect(clean).toContain("lock-1");
    expect(clean).not.toMatch(/anna|5CF286/i);
  });

  test("is no part of a longer word, nor of what the gateway is called", () => {
    const names = redactor();
    names.know("account", "a-1", "Home");
    expect(names.text("Home needs attention; Homes and Home Assistant do not.")).toBe(
      "account-1 needs attention; Homes and Home Assistant do not.",
    );
  });

  test("is found whole where it begins as the gateway is called, or as another name", () => {
    const names = redactor();
    names.know("lock", "l-1", "U-tec of Anna");
    names.know("person", "p-1", "Anna");
    names.know("lock", "l-2", "Anna's door");
    expect(names.text("U-tec of Anna is no U-tec of Annabel; Anna's doors and home assistant.")).toBe(
      "lock-1 is no U-tec of Annabel; person-1's doors and home assistant.",
    );
  });

  test("is learnt from a field that is there for names, and found in sentences before it", () => {
    const names = redactor();
    const records = [
      { message: "Zoë pressed the button.", fields: {} },
      { message: "Again.", fields: { user_name: "Zoë", user_id: "u1", latitude: 52.52, at: 1_795_978_715_000 } },
    ];
    names.learn(records);
    expect(names.clean(records)).toEqual([
      { message: "person-1 pressed the button.", fields: {} },
      {
        message: "Again.",
        fields: { user_name: "person-1", user_id: "person-2", latitude: "[place]", at: "2026-11-29T18:58:35.000Z" },
      },
    ]);
  });

  test("of one or two letters blanks no sentence, but goes where it stands alone", () => {
    const names = redactor();
    names.know("lock", "lock-id", "A");
    expect(names.clean({ device: "A", message: "A poll failed." })).toEqual({
      device: "lock-1",
      message: "A poll failed.",
    });
  });

  test("is found in a script that puts no space between words", () => {
    const names = redactor();
    names.know("person", "张伟");
    expect(names.text("用户张伟解锁了")).toBe("用户person-1解锁了");
  });

  test("may hold whatever people write", () => {
    for (const name of ["<b>x</b>", "$& (.*)", "מטבח", "🚪 Tür", "a\\b", "\ud800 broken", "100%"]) {
      const names = redactor();
      names.know("lock", "id-of-it", name);
      expect(names.text(`The door ${name} is open.`)).toBe("The door lock-1 is open.");
    }
  });
});

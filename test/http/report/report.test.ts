import { expect, test } from "vitest";
import { Problem } from "../../../src/problem.ts";
import { reportFile } from "../../../src/report/report-file.ts";
import type { Report, ReportSectionId } from "../../../src/report/report.ts";
import { readSettings } from "../../../src/settings/settings.ts";
import { aCommand, aDevice, aGateway, anAccount } from "../../state/models.ts";
import { aStage } from "../stage.ts";
import type { Stage } from "../stage.ts";

const SECRETS = {
  access_token: "canary-access-token-1/+",
  refresh_token: "canary refresh token 2",
  client_secret: 'canary"client"secret-3',
  password: "canaryPassword4",
  home_assistant_token: "canary.home.assistant.token.5",
  gateway_password: "canary gateway password 6",
  code: "canary-code-7",
};

/** Whatever tells who somebody is, where they live and how to reach them. */
const PERSONAL = {
  account: "Canary Villa",
  account_id: "11c0ffee-0000-4000-8000-00000000ca01",
  door: "Canary's Haustür 🚪",
  door_id: "CA:NA:RY:5CF286AA0017",
  lamp: "קנרי lamp",
  serial: "CANARYSERIAL0042",
  person: "Anna Canary-Müller",
  user_id: "ca9a7e0000000000000000000000ca9a",
  automation: "Canary comes home",
  program: "canary-dashboard",
  client_id: "canaryclientid9",
  cloud_user: "canary.user@example.org",
  home: "canary-home.duckdns.org",
  public_ip: "203.0.113.77",
  ipv6: "2001:db8:ca:9a7::1",
  mac: "ca:9a:12:34:56:78",
  latitude: "52.5200081",
  linux_user: "canarylogin",
};

async function house(parts: Parameters<typeof aStage>[0] = {}): Promise<Stage> {
  const environment = {
    UTEC_GATEWAY_HOST: "0.0.0.0",
    UTEC_GATEWAY_PASSWORD: SECRETS.gateway_password,
    UTEC_GATEWAY_DATA: `/home/${PERSONAL.linux_user}/.data`,
    UTEC_GATEWAY_CLIENT_ID: PERSONAL.client_id,
    UTEC_GATEWAY_CLIENT_SECRET: SECRETS.client_secret,
    UTEC_GATEWAY_ACCOUNT_NAME: PERSONAL.account,
    UTEC_GATEWAY_REDIRECT_URI: `https://${PERSONAL.home}/oauth/callback`,
    UTEC_GATEWAY_OAUTH_URL: `https://${PERSONAL.home}/oauth`,
    HOME_ASSISTANT_URL: `http://${PERSONAL.home}:8123`,
    HOME_ASSISTANT_TOKEN: SECRETS.home_assistant_token,
    HTTPS_PROXY: `http://${PERSONAL.linux_user}:${SECRETS.password}@${PERSONAL.public_ip}:3128`,
  };
  const probe = await aStage();
  const { secrets } = probe;
  const settings = readSettings(
    { environment, workingFolder: "/nowhere", optionsFile: "/nowhere/options.json" },
    secrets,
  );
  const stage = await aStage({ settings, secrets, ...parts });
  for (const secret of Object.values(SECRETS)) if (secret !== SECRETS.code) secrets.add(secret);
  const now = Date.now();
  const words = `${PERSONAL.door} of ${PERSONAL.person} (${PERSONAL.cloud_user}) at ${PERSONAL.home} failed`;
  const failure = { class: "transient", code: "http_500", message: words, at: now } as const;
  const event = {
    at: now,
    kind: "failed",
    generation: 7,
    class: "transient",
    code: "http_500",
    message: words,
  } as const;
  stage.picture.update({
    removed_accounts: ["home"],
    removed_devices: ["door"],
    accounts: [
      anAccount({
        id: PERSONAL.account_id,
        name: PERSONAL.account,
        client_id: PERSONAL.client_id,
        cloud_user: PERSONAL.cloud_user,
        redirect_uri: `https://${PERSONAL.home}/oauth/callback`,
        last_error: failure,
        recent: [event],
        status: "retrying",
        attempts: [
          {
            url: `https://${PERSONAL.linux_user}:${SECRETS.password}@${PERSONAL.home}/login?user=${PERSONAL.cloud_user}`,
            format: "form",
            outcome: "refused",
            message: words,
            at: now,
          },
        ],
        device_code: {
          user_code: "CANA-RYCO",
          verification_uri: `https://${PERSONAL.home}/device`,
          verification_uri_complete: `https://${PERSONAL.home}/device?user_code=CANA-RYCO`,
          expires_at: now + 60_000,
        },
      }),
    ],
    devices: [
      aDevice({ id: PERSONAL.door_id, name: PERSONAL.door, account_id: PERSONAL.account_id, serial: PERSONAL.serial }),
      aDevice({ id: "lamp-canary-1", name: PERSONAL.lamp, account_id: PERSONAL.account_id, kind: "light" }),
    ],
    gateway: {
      ...aGateway(),
      problems: [{ field: "x", message: `${words} with ${SECRETS.client_secret}` }],
      link: {
        ...aGateway().link,
        message: `Home Assistant cannot be reached at ${PERSONAL.home}:8123 (${PERSONAL.public_ip}).`,
      },
    },
    commands: [
      aCommand({
        device_id: PERSONAL.door_id,
        origin: { kind: "home_assistant", name: PERSONAL.person, automation: false, user_id: PERSONAL.user_id },
      }),
    ],
  });
  stage.desk.history.push(event);
  const command = {
    id: "c1",
    name: "unlock",
    args: {},
    origin: { kind: "home_assistant", name: PERSONAL.automation, automation: true, user_id: PERSONAL.user_id },
    outcome: "refused",
    took_ms: 12,
    error: { code: "command_refused", message: `${words}; ${SECRETS.refresh_token}` },
  } as const;
  stage.activity.add(
    {
      at: now,
      kind: "command_ended",
      device_id: PERSONAL.door_id,
      device_name: PERSONAL.door,
      account_id: PERSONAL.account_id,
      value: null,
      from: null,
      to: null,
      cause: "command",
      command,
    },
    {
      at: now,
      kind: "command_ended",
      device_id: PERSONAL.door_id,
      device_name: PERSONAL.door,
      account_id: PERSONAL.account_id,
      value: null,
      from: null,
      to: null,
      cause: "command",
      command: { ...command, origin: { kind: "uteclocal", name: PERSONAL.public_ip, automation: false } },
    },
  );
  speak(stage, words);
  return stage;
}

/** Everything that may get into the log, in every detour. */
function speak({ sink }: Stage, words: string): void {
  const log = sink.log.part("keeper");
  log.warn(`${words} from ${PERSONAL.public_ip}, ${PERSONAL.ipv6}, ${PERSONAL.mac}.`, {
    account: PERSONAL.account,
    device: PERSONAL.door,
    user_name: PERSONAL.person,
    client: PERSONAL.program,
    address: PERSONAL.public_ip,
    forwarded_for: `${PERSONAL.public_ip}, ${PERSONAL.ipv6}`,
    latitude: Number(PERSONAL.latitude),
    where: `${PERSONAL.latitude},13.4049540`,
  });
  const [token, refresh] = [SECRETS.access_token, SECRETS.refresh_token];
  log.error("A call failed.", {
    error: new Error(`GET https://${PERSONAL.home}/cb?code=${SECRETS.code}&state=canary-state-8`, {
      cause: new Error(
        `body {"access_token":"${token}","name":"${PERSONAL.door}"} token=${encodeURIComponent(refresh)}`,
      ),
    }),
    header: `Basic ${Buffer.from(`${PERSONAL.client_id}:${SECRETS.client_secret}`).toString("base64")}`,
    body: `grant_type=authorization_code&code=${SECRETS.code}&user_code=CANA-RYCO&email=${encodeURIComponent(PERSONAL.cloud_user)}`,
    nested: { [PERSONAL.door_id]: { name: PERSONAL.door, entity: "lock.canary_s_haustur" } },
    path: `/home/${PERSONAL.linux_user}/.data/gateway.db`,
  });
  log.info(
    `${PERSONAL.person} unlocked ${PERSONAL.door.toUpperCase()} by ${PERSONAL.program}; ${encodeURIComponent(PERSONAL.door)}.`,
  );
}

function textOf(report: Report, id: ReportSectionId): string {
  return report.sections.find((section) => section.id === id)?.text ?? "";
}

async function reportOf(stage: Stage): Promise<Report> {
  const { status, json } = await stage.ask("/api/report");
  expect(status).toBe(200);
  return json as unknown as Report;
}

test("a report holds no secret and nobody's name, address, id or place, wherever they stood", async () => {
  const file = reportFile(await reportOf(await house()));
  for (const [what, value] of Object.entries({ ...SECRETS, ...PERSONAL })) {
    for (const form of [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      Buffer.from(value).toString("base64").replace(/=+$/, ""),
    ])
      expect(file.toLowerCase(), what).not.toContain(form.toLowerCase());
  }
  expect(file).not.toMatch(/canar|קנרי|cana-ry|52\.52/i);
});

test("what stays tells the story: the same placeholder for the same thing in every section", async () => {
  const report = await reportOf(await house());
  expect(textOf(report, "versions")).toMatch(/"gateway": "1\.2\.3",\n.*"node": "v\d+/s);
  expect(textOf(report, "settings")).toMatch(/"host": "0\.0\.0\.0",.*"password_set": true/s);
  expect(textOf(report, "devices")).toContain(
    '"id":"lock-1","name":"lock-1","cloud_name":"lock-1","place":null,"account_id":"account-1"',
  );
  expect(textOf(report, "devices")).toContain('"lock_state":"locked"');
  expect(textOf(report, "accounts")).toContain('"status":"retrying"');
  expect(textOf(report, "activity")).toMatch(
    /"kind":"command_ended","device_id":"lock-1".*"name":"automation-1".*"user_id":"person-\d"/,
  );
  expect(textOf(report, "token_events")).toMatch(/^\{"account_id":"account-1","at":"20.*"kind":"failed"/);
  expect(textOf(report, "log")).toMatch(
    /WARN {2}keeper: lock-1 of person-\d \(person-\d\) at host-\d failed from ip-\d, ip-\d, mac-1\./,
  );
  expect(textOf(report, "log")).toContain("account=account-1 device=lock-1");
  expect(textOf(report, "health")).toContain('"status": "person_needed"');
});

test("what can't be read is said to be so, and the rest is told", async () => {
  const fail = (): never => {
    throw new Problem("store_failed", `The activity log /home/${PERSONAL.linux_user}/a.db can't be read.`);
  };
  const broken = { page: fail, events: fail, after: fail, newest: fail, follow: () => () => undefined };
  const stage = await house({ activity: broken });
  stage.desk.fault = new Problem("store_failed", "The database can't be read.");
  const report = await reportOf(stage);
  expect(report.sections.find(({ id }) => id === "activity")).toEqual({
    id: "activity",
    count: null,
    text: "",
    problem: "The activity log /home/person-3/a.db can't be read.",
  });
  // From the picture, in place of the database.
  expect(textOf(report, "token_events")).toContain('"kind":"failed"');
  expect(reportFile(report)).toContain("Could not be read: The activity log");
});

test("what a person leaves out is not in the file, which says so", async () => {
  const report = await reportOf(await house());
  const file = reportFile(report, new Set(["log", "devices"]));
  expect(file).not.toContain("A call failed.");
  expect(file.match(/Left out by the person who reports\./g)).toHaveLength(2);
  expect(file).toContain("## Versions");
});

test("nothing in the log can end its block in the file", () => {
  const text = "a\n```\n# not a heading\n````";
  const file = reportFile({ made_at: 0, sections: [{ id: "log", count: 1, text, problem: null }] });
  expect(file).toContain(`\n\`\`\`\`\`\n${text}\n\`\`\`\`\`\n`);
});

test("only who may act gets a report", async () => {
  const { ask } = await aStage({ ingressPeer: "127.0.0.1", admins: () => Promise.resolve(false) });
  const headers = { "x-remote-user-id": "carla", "x-remote-user-name": "carla" };
  expect((await ask("/api/report", { headers })).json).toMatchObject({ code: "forbidden" });
});

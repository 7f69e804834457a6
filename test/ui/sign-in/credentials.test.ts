import "../words/english.ts";
import { describe, expect, test } from "vitest";
import { neverSignedIn } from "../../../ui/mock/accounts.ts";
import { changedConfiguration, findingIn, missingIn } from "../../../ui/src/wizard/credentials.ts";
import type { CredentialField, Credentials } from "../../../ui/src/wizard/credentials.ts";

const right: Credentials = {
  client_id: "5f1d0c9be2a74d6c8e10",
  client_secret: "0c6e8f2d94b71a35",
  redirect_uri: "https://my.home-assistant.io/redirect/oauth",
};

describe("what is typed", () => {
  test.for(Object.keys(right) as CredentialField[])(
    "%s has no finding when it is right, nor with spaces around",
    (field) => {
      expect(findingIn(field, right)).toBeNull();
      expect(findingIn(field, { ...right, [field]: ` ${right[field]}\n` })).toBeNull();
      expect(findingIn(field, { ...right, [field]: `\u{200b}“${right[field]}”,` })).toBeNull();
    },
  );

  test.for([
    ["client_id", "5f1d 0c9b", "contains a space"],
    ["client_id", "Client ID 5f1d0c9be2a7", "only the value"],
    ["client_id", "https://example.com/callback", "belongs in Redirect URI"],
    ["client_id", "anna@example.com", "e-mail address"],
    ["client_secret", right.client_id, "the same as the Client ID"],
    ["redirect_uri", "5f1d0c9be2a74d6c8e10", "not a web address"],
    ["redirect_uri", "ftp://example.com/callback", "not a web address"],
    ["redirect_uri", "https://example.com/callback#top", "Leave out the #"],
    ["redirect_uri", "https://anna:secret@example.com/callback", "Leave out the user name"],
  ] as const)("%s: “%s” is a mistake", ([field, value, words]) => {
    const finding = findingIn(field, { ...right, [field]: value });
    expect(finding?.kind).toBe("mistake");
    expect(finding?.text).toContain(words);
  });

  test("a trailing slash is a doubt, for it may be right", () => {
    expect(findingIn("redirect_uri", { ...right, redirect_uri: "https://example.com/callback/" })?.kind).toBe("doubt");
    expect(findingIn("redirect_uri", { ...right, redirect_uri: "https://example.com/" })).toBeNull();
  });
});

describe("what is left empty", () => {
  test("a secret that is already set may stay empty, and is then not sent", () => {
    const typed = { ...right, client_secret: "" };
    const account = { ...neverSignedIn(), ...typed, client_secret_set: true };
    expect(missingIn("client_secret", typed, account)).toBeNull();
    expect(changedConfiguration(typed, account)).toEqual({});
    expect(missingIn("client_secret", typed, { ...account, client_secret_set: false })?.kind).toBe("mistake");
    expect(missingIn("client_secret", typed, null)?.kind).toBe("mistake");
  });

  test("only what changed is sent, without the spaces around it", () => {
    const account = { ...neverSignedIn(), ...right };
    expect(changedConfiguration({ ...right, client_id: " new-id ", client_secret: " new-secret " }, account)).toEqual({
      client_id: "new-id",
      client_secret: "new-secret",
    });
  });
});

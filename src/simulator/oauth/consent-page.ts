import type { UserDefinition } from "./people.ts";

const STYLE = `
  :root { color-scheme: light dark; --page: light-dark(#eef1f5, #12151a); --card: light-dark(#fff, #1c2027);
    --text: light-dark(#1b2430, #e6eaf0); --quiet: light-dark(#5b6675, #99a4b3); --line: light-dark(#d8dee6, #323945);
    --accent: light-dark(#1f6f5c, #5cc4a8); --on-accent: light-dark(#fff, #0c1f1a); }
  * { box-sizing: border-box; margin: 0; }
  body { min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--page);
    color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
  main { width: min(26rem, 100%); padding: 2rem 1.75rem; background: var(--card); border: 1px solid var(--line);
    border-radius: 16px; box-shadow: 0 8px 32px rgb(0 0 0 / 8%); }
  svg { width: 44px; height: 44px; color: var(--accent); }
  h1 { margin: .75rem 0 .25rem; font-size: 1.3rem; line-height: 1.3; }
  p, dt, small { color: var(--quiet); }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1rem; margin: 1.25rem 0; padding: 1rem 0;
    border-block: 1px solid var(--line); font-size: .925rem; }
  dd { overflow-wrap: anywhere; }
  fieldset { border: 0; padding: 0; }
  legend { padding: 0; font-weight: 600; }
  label { display: flex; gap: .75rem; align-items: center; margin-top: .5rem; padding: .6rem .8rem;
    border: 1px solid var(--line); border-radius: 10px; cursor: pointer; }
  label:has(:checked) { border-color: var(--accent); }
  label small { display: block; overflow-wrap: anywhere; }
  input { accent-color: var(--accent); }
  .choice { display: flex; gap: .75rem; margin: 1.25rem 0 1rem; }
  button { flex: 1; padding: .7rem 1rem; border: 1px solid var(--line); border-radius: 10px; background: none;
    color: inherit; font: inherit; font-weight: 600; cursor: pointer; }
  button[value="allow"] { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  code { font-size: .95em; }
`;

const PADLOCK = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"
  aria-hidden="true"><rect x="4" y="10.5" width="16" height="10.5" rx="2.5"/><path d="M8 10.5V7a4 4 0 0 1 8 0v3.5"/>
  <path d="M12 14.5v2.5"/></svg>`;

/** Who asks for what, and where the answer goes. */
export interface ConsentQuestion {
  readonly client_id: string;
  readonly scope: string;
  readonly redirect_uri: string;
}

/** Asks the person for consent, in a plain form that works without scripts. Its URL carries the request. */
export function consentPage(question: ConsentQuestion, users: readonly UserDefinition[]): string {
  return page(
    "Sign in",
    `<h1>Let this application use your locks?</h1>
    <p>This is the simulated U-tec cloud: no real lock will move.</p>
    <dl>
      <dt>Application</dt><dd><code>${escape(question.client_id)}</code></dd>
      <dt>Scope</dt><dd><code>${escape(question.scope)}</code></dd>
      <dt>Returns to</dt><dd>${escape(question.redirect_uri)}</dd>
    </dl>
    <form method="post">
      <fieldset><legend>Sign in as</legend>${users.map(userChoice).join("")}</fieldset>
      <div class="choice">
        <button name="decision" value="deny">Deny</button>
        <button name="decision" value="allow">Allow</button>
      </div>
    </form>`,
  );
}

/** `message` in the page's text, as the real cloud writes it. */
export function errorPage(message: string): string {
  return page(
    "Sign-in not possible",
    `<h1>${escape(message)}</h1>
    <p>The application's client ID and redirect URI must be the ones that are registered with the cloud.</p>`,
  );
}

function userChoice(user: UserDefinition, index: number): string {
  return `<label><input type="radio" name="user" value="${escape(user.id)}"${index === 0 ? " checked" : ""}>
    <span>${escape(`${user.first_name} ${user.last_name}`)}<small>${escape(user.email)}</small></span></label>`;
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Simulated U-tec cloud</title>
<style>${STYLE}</style>
</head>
<body>
<main>${PADLOCK}
${content}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

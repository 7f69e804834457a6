import { css } from "lit";

/** What every part needs: type, icons, focus. */
export const base = css`
  :host {
    display: block;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h2 {
    font-size: 1.15em;
    font-weight: 500;
    line-height: 1.35;
  }
  h3 {
    font-size: 1em;
    font-weight: 500;
  }
  a {
    color: var(--accent-ink);
  }
  p,
  li,
  h2,
  h3 {
    overflow-wrap: anywhere;
  }
  .icon {
    flex: none;
    width: 1.25em;
    height: 1.25em;
    fill: currentColor;
  }
  .muted {
    color: var(--muted);
    font-size: 0.92em;
  }
  .problem {
    color: var(--bad-ink);
    font-size: 0.92em;
  }
  .failed {
    display: flex;
    gap: 4px;
    align-items: flex-start;
    justify-content: space-between;
  }
  .dismiss {
    display: grid;
    flex: none;
    place-items: center;
    width: 28px;
    height: 28px;
    margin: -3px 0;
    padding: 0;
    border: 0;
    border-radius: 99px;
    background: none;
    color: var(--muted);
    cursor: pointer;
  }
  .dismiss:hover {
    background: var(--sunken);
  }
  time {
    font-variant-numeric: tabular-nums;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
    border-radius: 4px;
  }
`;

export const card = css`
  .card {
    padding: 18px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card);
    box-shadow: var(--shadow);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
  .head > .name {
    flex: 1 1 12em;
    min-width: 0;
  }
  @media (width < 480px) {
    .card {
      padding: 14px;
    }
  }
`;

export const chip = css`
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    padding: 3px 10px;
    border-radius: 99px;
    background: var(--sunken);
    color: var(--muted);
    font-size: 0.87em;
    white-space: nowrap;
  }
  .chip .icon {
    width: 1.15em;
    height: 1.15em;
  }
  .chip.good {
    background: var(--good-tint);
    color: var(--good-ink);
  }
  .chip.warn {
    background: var(--warn-tint);
    color: var(--warn-ink);
  }
  .chip.bad {
    background: var(--bad-tint);
    color: var(--bad-ink);
  }
  .chip.busy {
    background: var(--accent-tint);
    color: var(--accent-ink);
  }
`;

/** The round icon of a device. */
export const face = css`
  .face {
    display: grid;
    flex: none;
    place-items: center;
    width: 54px;
    height: 54px;
    border-radius: 50%;
    background: var(--sunken);
    color: var(--muted);
    font-size: 1.35em;
  }
  .face.good {
    background: var(--good-tint);
    color: var(--good-ink);
  }
  .face.warn {
    background: var(--warn-tint);
    color: var(--warn-ink);
  }
  .face.bad {
    background: var(--bad-tint);
    color: var(--bad-ink);
  }
  .face.busy {
    background: var(--accent-tint);
    color: var(--accent-ink);
  }
`;

/** Fields to choose from, alike everywhere. */
export const field = css`
  select {
    min-height: 40px;
    padding: 0 10px;
    border: 1px solid var(--field);
    border-radius: 8px;
    background: var(--card);
    color: var(--text);
    font: inherit;
  }
  select:disabled {
    border-color: var(--line);
    background: var(--sunken);
    color: var(--muted);
  }
`;

/** A form within a card: no wider than people read. */
export const form = css`
  form,
  fieldset {
    display: grid;
    gap: 14px;
    justify-items: start;
  }
  fieldset {
    width: 100%;
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  .field {
    width: min(100%, 26em);
  }
`;

export const button = css`
  .button {
    display: inline-grid;
    align-items: center;
    justify-items: center;
    min-height: 40px;
    padding: 7px 18px;
    border: 1px solid var(--line);
    border-radius: 99px;
    background: var(--card);
    color: var(--accent-ink);
    font: 500 0.95em/1.3 var(--font);
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    transition:
      background-color 120ms,
      border-color 120ms;
  }
  .button > span {
    grid-area: 1 / 1;
    display: inline-flex;
    align-items: center;
    gap: 8px;
  }
  .button > [aria-hidden="true"] {
    visibility: hidden;
  }
  .button:not([aria-disabled="true"]):hover {
    border-color: var(--accent);
  }
  .button.filled {
    border-color: var(--accent-fill);
    background: var(--accent-fill);
    color: #fff;
  }
  .button.filled:not([aria-disabled="true"]):hover {
    background: color-mix(in srgb, var(--accent-fill), black 14%);
  }
  .button.danger {
    color: var(--bad-ink);
  }
  .button.danger:not([aria-disabled="true"]):hover {
    border-color: var(--bad);
  }
  .button.plain {
    padding-inline: 10px;
    border-color: transparent;
    background: transparent;
  }
  .button.plain:not([aria-disabled="true"]):hover {
    background: var(--sunken);
  }
  .button:is(:disabled, [aria-disabled="true"]),
  .button:is(:disabled, [aria-disabled="true"]):hover {
    border-color: var(--line);
    background: var(--sunken);
    color: var(--muted);
    cursor: default;
  }
  .button:focus-visible {
    border-radius: 99px;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  @media (prefers-reduced-motion: reduce) {
    .button {
      transition: none;
    }
  }
`;

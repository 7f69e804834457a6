import { css } from "lit";

export const step = css`
  :host,
  .step {
    display: grid;
    gap: 16px;
  }
  .ends {
    justify-content: space-between;
  }
  .found {
    display: flex;
    align-items: center;
    gap: 10px;
    color: var(--good-ink);
    font-size: 1.1em;
    font-weight: 500;
  }
  .note {
    padding: 10px 14px;
    border-radius: 10px;
    background: var(--accent-tint);
  }
`;

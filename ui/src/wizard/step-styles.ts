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
  .note {
    padding: 10px 14px;
    border-radius: 10px;
    background: var(--accent-tint);
  }
`;

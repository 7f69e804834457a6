/** How large a home is measured. */
export interface Size {
  readonly locks: number;
  readonly accounts: number;
}

/** An answer that has arrived as a whole. */
export interface CloudAnswer {
  readonly status: number;
  /** In lower case, with what may go on to the caller. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export function headerOf({ headers }: Pick<CloudAnswer, "headers">, name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}

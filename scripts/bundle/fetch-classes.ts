/**
 * In the bundle, what takes the place of the global classes of these names: as much of them as openid-client needs to
 * collect the headers of a request, which our own transport sends, and to read an answer that we give it. Node's own
 * load its second HTTP client: 12 ms in each worker, and megabytes in the gateway.
 */
export class Headers {
  readonly #values = new Map<string, string>();

  constructor(init: Headers | Readonly<Record<string, string>> = {}) {
    for (const [name, value] of init instanceof Headers ? init.entries() : Object.entries(init)) this.set(name, value);
  }

  get [Symbol.toStringTag](): string {
    return "Headers";
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string | number): void {
    this.#values.set(name.toLowerCase(), String(value));
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  entries(): IterableIterator<[string, string]> {
    return this.#values.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

interface ResponseInit {
  readonly status?: number;
  readonly headers?: Headers | Readonly<Record<string, string>>;
}

/** An answer that has come whole. */
export class Response {
  readonly status: number;
  readonly headers: Headers;
  readonly #text: string;
  #bodyUsed = false;

  constructor(text: string | null = null, { status = 200, headers = {} }: ResponseInit = {}) {
    this.#text = text ?? "";
    this.status = status;
    this.headers = new Headers(headers);
  }

  static json(body: unknown, init: ResponseInit = {}): Response {
    const response = new Response(JSON.stringify(body), init);
    if (!response.headers.has("content-type")) response.headers.set("content-type", "application/json");
    return response;
  }

  get [Symbol.toStringTag](): string {
    return "Response";
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get bodyUsed(): boolean {
    return this.#bodyUsed;
  }

  async text(): Promise<string> {
    if (this.#bodyUsed) throw new TypeError("The body was read before.");
    this.#bodyUsed = true;
    return this.#text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

import type { IncomingMessage } from "node:http";
import { Router, json } from "express";
import type { RequestHandler, Response } from "express";
import { Problem } from "../../problem.ts";
import { assertAllowed } from "../access/access-guard.ts";
import type { AccessGuard, Visitor } from "../access/access-guard.ts";
import { AnswerText, sendText } from "../encoding/answer-text.ts";
import { rightFor } from "../access/rights.ts";
import type { Access, Address, Method } from "../access/rights.ts";
import { assertOwnHost, assertOwnOrigin } from "../access/own-origin.ts";
import { phrase } from "../../said/phrase.ts";
import { withSaid } from "../../said/with-said.ts";

/** What Express carries from one handler to the next. A type, because it wants an index signature of it. */
type Locals = { visitor: Visitor; access: Access };
type Parameters = Record<string, string>;
type Query = Record<string, unknown>;

/** A request handler that knows who is asking. What it throws becomes problem details. */
export type Handler = RequestHandler<Parameters, unknown, unknown, Query, Locals>;

const BODY_LIMIT = "64kb";

/**
 * The gateway's endpoints. `add` is the only way to make one, so that each has the checks in front of it that the tables
 * of rights ask for, and answers a wrong method in the same way.
 */
export class Endpoints {
  readonly router = Router({ caseSensitive: true, strict: true });
  readonly #guard: AccessGuard;

  constructor(guard: AccessGuard) {
    this.#guard = guard;
  }

  /** `GET` reads, `POST` and `DELETE` act. */
  add(path: Address, { GET, POST, DELETE }: Readonly<Partial<Record<Method, Handler>>>): void {
    const route = this.router.route(path);
    if (GET) route.get<Parameters, unknown, unknown, Query, Locals>(this.#mayAsk(path, "GET"), GET);
    if (POST) {
      const body = json({ limit: BODY_LIMIT, inflate: false, strict: false });
      route.post<Parameters, unknown, unknown, Query, Locals>(fromOwnPage, this.#mayAsk(path, "POST"), body, POST);
    }
    if (DELETE) {
      route.delete<Parameters, unknown, unknown, Query, Locals>(fromOwnOrigin, this.#mayAsk(path, "DELETE"), DELETE);
    }
    const allowed = [...(GET ? ["GET", "HEAD"] : []), ...(POST ? ["POST"] : []), ...(DELETE ? ["DELETE"] : [])].join(
      ", ",
    );
    route.all((_request, response) => {
      response.setHeader("Allow", allowed);
      throw new Problem("method_not_allowed", phrase("method_allowed", { methods: allowed }));
    });
  }

  /** Lets through who has the right that the address needs, and remembers all that they may. */
  #mayAsk(path: Address, method: Method): Handler {
    const needed = rightFor(path, method);
    if (needed === undefined) throw new TypeError(`${method} ${path} is not in the tables of rights.`);
    return async (_request, { locals }, next) => {
      if (needed !== "anybody") {
        locals.access = await this.#guard.accessOf(locals.visitor);
        assertAllowed(locals.access, needed);
      }
      next();
    };
  }
}

const fromOwnPage: Handler = (request, response, next) => {
  // What has no body can't hide a form in it.
  if (hasBody(request) || request.headers["content-type"] !== undefined) assertJson(request.headers["content-type"]);
  assertOwnOrigin(response.locals.visitor, request.headers);
  next();
};

const fromOwnOrigin: Handler = (request, response, next) => {
  assertOwnOrigin(response.locals.visitor, request.headers);
  next();
};

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/** Lets in whom the guard admits, and remembers who it is. */
export function admit(guard: AccessGuard): Handler {
  return (request, response, next) => {
    response.locals.visitor = guard.admit(request);
    next();
  };
}

export const ownHost: Handler = (request, response, next) => {
  assertOwnHost(response.locals.visitor, request.headers);
  next();
};

/** Answers with JSON that may be long and holds no secret, or with text that is already made of it. */
export function sendJson(response: Response<unknown, Locals>, json: object): void | Promise<void> {
  const text = json instanceof AnswerText ? json : new AnswerText(JSON.stringify(withSaid(json)));
  return sendText(response, "application/json", text);
}

/** A form on another page can send text, but not this type without asking first. */
function assertJson(contentType: string | undefined): void {
  if (contentType?.split(";")[0]?.trim().toLowerCase() === "application/json") return;
  throw new Problem("unsupported_media_type", phrase("content_type_needed"));
}

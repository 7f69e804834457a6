import type { AccessGuard } from "../access/access-guard.ts";
import type { Access } from "../access/rights.ts";
import type { Endpoints } from "./endpoints.ts";
import { Fields } from "../../incoming/fields.ts";

/** How the visitor came in and what that allows, for the page. */
export interface SessionState extends Access {
  readonly by: "loopback" | "ingress" | "password";
  readonly user_name: string | null;
  /** True if the password was given in the form, so that there is something to log out of. */
  readonly logged_in: boolean;
}

/**
 * The visitor's session, and the logout. `/logout` is next to the page, where the cookie's path is the same as at the
 * login.
 */
export function addSessionEndpoints(endpoints: Endpoints, guard: AccessGuard): void {
  endpoints.add("/api/session", {
    GET: (request, response) => {
      const { access, visitor } = response.locals;
      const { by, user_name } = visitor;
      const session: SessionState = {
        by,
        user_name,
        logged_in: guard.sessions?.isLive(request.headers.cookie) ?? false,
        ...access,
      };
      response.json(session);
    },
  });

  endpoints.add("/logout", {
    POST: (request, response) => {
      Fields.none(request.body);
      const { sessions } = guard;
      if (sessions) {
        sessions.end(request.headers.cookie);
        response.setHeader("Set-Cookie", `${sessions.cookie}=; Max-Age=0; HttpOnly; SameSite=Lax`);
      }
      response.status(204).end();
    },
  });
}

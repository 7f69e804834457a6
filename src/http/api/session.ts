import type { AccessGuard } from "../access/access-guard.ts";
import type { Endpoints } from "./endpoints.ts";
import { Fields } from "./fields.ts";

/** How somebody came in, as the page needs to know it. */
export interface SessionState {
  readonly by: "loopback" | "ingress" | "password";
  readonly user_name: string | null;
  /** True where the password was given in the form, so that there is something to log out of. */
  readonly logged_in: boolean;
}

/** Who am I, and the end of it. `/logout` stands beside the page, where the cookie's path is the same as at the login. */
export function addSessionEndpoints(endpoints: Endpoints, guard: AccessGuard): void {
  endpoints.add("/api/session", {
    GET: (request, response) => {
      const { by, user_name } = response.locals.visitor;
      const session: SessionState = {
        by,
        user_name,
        logged_in: guard.sessions?.isLive(request.headers.cookie) ?? false,
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

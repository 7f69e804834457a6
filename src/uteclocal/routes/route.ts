import type { Express, RequestHandler, Response } from "express";
import { takeBody } from "../requests/bodies.ts";
import { Refusal } from "../requests/refusal.ts";

/** What is answered at an address, and at the others that mean the same. */
export interface Route {
  readonly paths: readonly string[];
  readonly get?: RequestHandler;
  /** Finds the body as it came. */
  readonly post?: RequestHandler;
}

/** Every other method is refused at these addresses. */
export function addRoutes(app: Express, routes: readonly Route[]): void {
  for (const { paths, get, post } of routes) {
    const allowed = [...(get ? ["GET", "HEAD"] : []), ...(post ? ["POST"] : [])].join(", ");
    for (const path of paths) {
      const route = app.route(path);
      if (get) route.get(get);
      if (post) route.post(takeBody, post);
      route.all((_request, response) => {
        response.setHeader("Allow", allowed);
        throw new Refusal(405, "Method Not Allowed");
      });
    }
  }
}

export function send(response: Response, body: unknown): void {
  sendJson(response, Buffer.from(JSON.stringify(body)));
}

/** With the content type that the old gateways have: one with a charset is another one to strict readers. */
export function sendJson(response: Response, json: Buffer): void {
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Content-Length", json.length);
  response.end(json);
}

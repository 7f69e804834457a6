import { models } from "./models.ts";
import { paths } from "./paths.ts";

/** The OpenAPI 3.1 document of the API. Tests hold every answer against it. */
export function openApiDocument(version: string): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "U-tec Gateway",
      version,
      description:
        "The gateway's accounts, devices, commands and log. Times are epoch milliseconds; null means not known. " +
        "Changes are made by POST with Content-Type application/json; an Origin that a browser sends must be the gateway's own.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    // Relative to this document, which has a prefix behind ingress.
    servers: [{ url: ".." }],
    paths,
    components: {
      schemas: models,
      securitySchemes: { password: { type: "http", scheme: "basic" } },
    },
    // No password is asked for behind ingress, nor on the gateway's own machine as long as none is set.
    security: [{}, { password: [] }],
  };
}

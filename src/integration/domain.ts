/** The integration's domain, the name of its folder, the prefix of its commands and the name of the discovered service. */
export const DOMAIN = "utec_gateway";

ARG BUILD_FROM=docker.io/library/node:24.21.0-trixie-slim

FROM ${BUILD_FROM} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Without the workspace: that is a second Node.
RUN npm ci --no-audit --no-fund --ignore-scripts --workspaces=false
COPY tsconfig.json ./
COPY scripts/build.ts scripts/
COPY scripts/bundle scripts/bundle
COPY src src
COPY ui ui
# Of the database's native module, the one for this machine and its C library.
RUN node scripts/build.ts \
    && rm dist/*.map \
    && libc="$(node -p 'process.report.getReport().header.glibcVersionRuntime ? "linux" : "linuxmusl"')" \
    && find node_modules/better-sqlite3/prebuilds -type f ! -name "$libc-$(node -p process.arch).node" -delete

FROM ${BUILD_FROM}
WORKDIR /app
# The C library keeps what short-lived threads leave behind, unless it is told to give memory back: that is 4 MB here.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    UTEC_GATEWAY_DATA=/data
COPY package.json ./
COPY --from=build /app/node_modules/better-sqlite3/package.json node_modules/better-sqlite3/package.json
COPY --from=build /app/node_modules/better-sqlite3/lib node_modules/better-sqlite3/lib
COPY --from=build /app/node_modules/better-sqlite3/prebuilds node_modules/better-sqlite3/prebuilds
COPY --from=build /app/dist dist
COPY addon/healthcheck.mjs addon/backup.mjs addon/
# Of the same version: the page installs it in Home Assistant when an administrator asks for that.
COPY custom_components/utec_gateway integration
EXPOSE 8099 8097 8000
# The add-on counts as started with the first answer, so it is asked soon. (Debian 12's buildah knows no --start-interval.)
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s CMD ["node", "/app/addon/healthcheck.mjs"]
# V8 keeps the pages that a burst of work has filled, unless it is told to favour size (`npm run bench -- memory`). Its middle compiler
# gains nothing here and is 2 MB of code.
ENTRYPOINT ["node", "--max-semi-space-size=1", "--optimize-for-size", "--no-maglev", "/app/dist/main.js"]

ARG BUILD_VERSION=0.1.0
ARG BUILD_ARCH=amd64
LABEL io.hass.type="app" \
      io.hass.version="${BUILD_VERSION}" \
      io.hass.arch="${BUILD_ARCH}" \
      org.opencontainers.image.title="U-tec Gateway" \
      org.opencontainers.image.description="Keeps U-tec / Ultraloq / Xthings locks signed in for good and puts them into Home Assistant" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/utec-gateway/utec-gateway"

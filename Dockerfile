# A token server in a container: `accesstoken2 serve`, built from this repository.
#
# No check of this repository builds it.
#
#   docker build -t token-server .
#   docker run --publish 8082:8082 --env AGORA_APP_ID \
#     --volume "$PWD/app-certificate:/run/secrets/app-certificate:ro" \
#     --volume "$PWD/auth-token:/run/secrets/auth-token:ro" token-server
#
# The user `node` (uid 1000) has to be able to read both files.

FROM node:20-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsup.config.ts README.md LICENSE ./
COPY src src
COPY vectors vectors
RUN npm pack && mv accesstoken2-*.tgz accesstoken2.tgz

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/accesstoken2.tgz /tmp/
RUN npm install --omit=dev --omit=optional --omit=peer --no-audit --no-fund /tmp/accesstoken2.tgz
USER node

# The certificate comes as a file, which neither `docker inspect` nor the environment of a process shows.
ENV AGORA_APP_CERTIFICATE_FILE=/run/secrets/app-certificate
EXPOSE 8082
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "--eval", "fetch('http://127.0.0.1:8082/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Within a container the address is that of all its networks; what reaches it is for --publish to say.
ENTRYPOINT ["node", "node_modules/accesstoken2/dist/cli/bin.js", "serve", "--host", "0.0.0.0"]
CMD ["--auth-token-file", "/run/secrets/auth-token"]

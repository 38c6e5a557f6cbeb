// Railway: one Slidemill service and a bucket.   railway config plan, then railway config apply
// Written from the published reference of Railway's TypeScript configuration; see deploy/README.md for what to set.
import { bucket, defineRailway, preserve, project, service } from "railway/iac";

export default defineRailway(() => {
  const lectures = bucket("lectures", { region: "iad" });

  const slidemill = service("slidemill", {
    build: { builder: "DOCKERFILE", dockerfilePath: "deploy/Dockerfile" },
    healthcheck: "/health",
    healthcheckTimeout: 60,
    env: {
      // Between SIGTERM and SIGKILL; without it there is no time at all to finish what is held.
      RAILWAY_DEPLOYMENT_DRAINING_SECONDS: "45",
      SLIDEMILL_DRAIN_S: "30",
      SLIDEMILL_RASTERIZER_COUNT: "2", // your vCPUs; "auto" would count those of the whole machine
      SLIDEMILL_LEDGER_DURABLE: "false", // there is no volume; see deploy/README.md if you attach one
      S3_BUCKET: preserve(),
      AWS_ENDPOINT_URL_S3: preserve(),
      AWS_REGION: preserve(),
      AWS_ACCESS_KEY_ID: preserve(),
      AWS_SECRET_ACCESS_KEY: preserve(),
      OPENAI_API_KEY: preserve(),
      WORKER_CALLBACK_URL: preserve(),
      WORKER_CALLBACK_SECRET: preserve(),
      SLIDEMILL_API_KEYS: preserve(),
      SLIDEMILL_ADMIN_KEYS: preserve(),
    },
  });

  return project("slidemill", { resources: [slidemill, lectures] });
});

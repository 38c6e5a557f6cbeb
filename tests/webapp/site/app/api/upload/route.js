import { randomUUID } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { query } from "../../../lib/db";

const s3 = new S3Client({
  endpoint: process.env.AWS_ENDPOINT_URL_S3, region: process.env.AWS_REGION, forcePathStyle: true,
  requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED",
});

// Takes a credit, keeps the file, makes the job pending, and tells the worker. No e-mail, and no header: as deployed.
export async function POST(request) {
  const form = await request.formData();
  const file = form.get("file");
  const language = form.get("language") || null;
  const jobId = randomUUID();
  const s3Key = `uploads/${jobId}/${file.name}`;
  await s3.send(new PutObjectCommand({ Bucket: process.env.S3_BUCKET, Key: s3Key, Body: Buffer.from(await file.arrayBuffer()) }));
  await query("UPDATE accounts SET credits = credits - 1");
  await query("INSERT INTO jobs (id, s3_key, status) VALUES ($1, $2, 'pending')", [jobId, s3Key]);
  const answer = await fetch(`${process.env.WORKER_URL}/process`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ jobId, s3Key, language }),
  });
  if (!answer.ok) return Response.json({ error: `the worker refused: ${answer.status}` }, { status: 502 });
  return Response.json({ jobId });
}

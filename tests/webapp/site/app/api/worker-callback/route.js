import { createHmac, timingSafeEqual } from "node:crypto";
import { query } from "../../../lib/db";

function signed(body, header) {
  const expected = createHmac("sha256", process.env.WORKER_CALLBACK_SECRET).update(body).digest();
  const given = Buffer.from(header ?? "", "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export async function POST(request) {
  const body = await request.text();
  if (!signed(body, request.headers.get("x-worker-signature"))) return Response.json({ error: "signature" }, { status: 401 });
  const { jobId, status, outputs, error } = JSON.parse(body);
  if (status === "completed") {
    await query(
      `UPDATE jobs SET status = 'completed', summary_url = $2, docx_url = $3, anki_url = $4, total_slides = $5,
       callbacks = callbacks + 1 WHERE id = $1`,
      [jobId, outputs.summary_json_url, outputs.docx_url, outputs.anki_url, outputs.total_slides]);
  } else if (status === "failed") {
    await query("UPDATE jobs SET status = 'failed', error_message = $2, callbacks = callbacks + 1 WHERE id = $1", [jobId, error.message]);
    await query("UPDATE accounts SET credits = credits + 1");
  } else return Response.json({ error: "status" }, { status: 400 });
  return Response.json({ received: true });
}

import { query } from "../../../../lib/db";

export async function GET(request, { params }) {
  const { id } = await params;
  const [job] = await query("SELECT * FROM jobs WHERE id = $1", [id]);
  return job ? Response.json(job) : Response.json({ error: "no such job" }, { status: 404 });
}

"use client";
import { useEffect, useState } from "react";

const ENDED = ["completed", "failed"];

export default function Page() {
  const [job, setJob] = useState(null);
  const [problem, setProblem] = useState("");

  async function submit(event) {
    event.preventDefault();
    setProblem("");
    const response = await fetch("/api/upload", { method: "POST", body: new FormData(event.target) });
    const answer = await response.json();
    if (response.ok) setJob({ id: answer.jobId, status: "pending" });
    else setProblem(answer.error);
  }

  useEffect(() => {
    if (!job || ENDED.includes(job.status)) return;
    const timer = setTimeout(async () => setJob(await (await fetch(`/api/jobs/${job.id}`)).json()), 300);
    return () => clearTimeout(timer);
  }, [job]);

  return (
    <main>
      <h1>Lectures</h1>
      <form onSubmit={submit}>
        <input type="file" name="file" aria-label="Lecture" required />
        <input type="text" name="language" aria-label="Language" />
        <button>Explain</button>
      </form>
      {problem && <p role="alert">{problem}</p>}
      {job && <p id="status">{job.status}</p>}
      {job?.error_message && <p id="reason">{job.error_message}</p>}
      {job?.status === "completed" && (
        <ul>
          <li><a href={job.docx_url}>Word</a></li>
          <li><a href={job.anki_url}>Anki</a></li>
          <li><a href={job.summary_url}>Summary</a></li>
        </ul>
      )}
    </main>
  );
}

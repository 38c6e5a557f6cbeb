import pg from "pg";

const pool = (globalThis.lecturePool ??= new pg.Pool({ connectionString: process.env.DATABASE_URL }));

export const query = (text, values) => pool.query(text, values).then((result) => result.rows);

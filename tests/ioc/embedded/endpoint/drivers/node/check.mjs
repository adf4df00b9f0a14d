// What a user of @clickhouse/client sees, a line a check, with and without compression.
import { createClient } from "@clickhouse/client";

const [port, username, password] = process.argv.slice(2);

for (const [name, compression] of [["plain", false], ["gzip", true]]) {
  const client = createClient({
    url: `http://127.0.0.1:${port}`,
    username,
    password,
    compression: { request: compression, response: compression },
  });
  await check(client, name);
  await client.close();
}

async function check(client, name) {
  const table = `node_${name}`;
  await client.command({
    query: `CREATE TABLE ${table} (n UInt32, s String) ENGINE = MergeTree ORDER BY n`,
  });
  const values = Array.from({ length: 10000 }, (_, n) => ({ n, s: `dòng ${n}` }));
  await client.insert({ table, values, format: "JSONEachRow" });
  const [row] = await rows(client, `SELECT toUInt32(sum(n)) AS sum, max(s) AS last FROM ${table}`);
  console.log(name, "stored", row.sum, row.last);
  console.log(name, "streamed", await total(client));
  console.log(name, "error", await failure(client, "SELECT nope"));
  const late = "SELECT number, throwIf(number = 900000) FROM numbers(1000000)";
  console.log(name, "late", await failure(client, late));
  const day = "SELECT toStartOfDay(toDateTime('2026-11-20 10:00:00', 'Asia/Ho_Chi_Minh')) AS day";
  console.log(name, "day", (await rows(client, day))[0].day);
}

async function rows(client, query) {
  return (await client.query({ query, format: "JSONEachRow" })).json();
}

async function total(client) {
  const query = "SELECT toUInt32(number) AS n FROM numbers(300000)";
  const result = await client.query({ query, format: "JSONEachRow" });
  let total = 0;
  for await (const batch of result.stream()) {
    for (const row of batch) total += row.json().n;
  }
  return total;
}

async function failure(client, query) {
  try {
    const result = await client.query({ query, format: "JSONEachRow" });
    for await (const _ of result.stream());
    return "none";
  } catch (error) {
    return `${error.type} ${error.message}`.replaceAll("\n", " ");
  }
}

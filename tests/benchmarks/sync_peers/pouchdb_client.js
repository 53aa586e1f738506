// A tablet with PouchDB on LevelDB: node pouchdb_client.js ADDRESS VERB FOLDER [DOCUMENTS COUNT].
// Prints, as JSON, how long replication took and how many documents it wrote; starting Node is not counted.
// "prepare" puts the documents into one tablet, "push" sends them, "pull" fills a second tablet, "ask" syncs that one
// both ways when nothing is new. Connections are kept open, which PouchDB does not do by itself: at its best.
"use strict";
const fs = require("fs");
const path = require("path");
require("events").defaultMaxListeners = 100;
const PouchDB = require("pouchdb");

const [address, verb, folder, documents, count] = process.argv.slice(2);
const here = { batch_size: 1000, batches_limit: 10 };
const local = (name) => new PouchDB(path.join(folder, name));
const remote = () => new PouchDB(address + "/site", { fetch: (url, options) => fetch(url, options) });

async function main() {
  fs.mkdirSync(folder, { recursive: true });
  const one = local("one");
  if (verb === "prepare") {
    const lines = fs.readFileSync(documents, "utf8").split("\n").slice(0, Number(count));
    const waiting = lines.map(JSON.parse).map(({ id, ...rest }) => ({ _id: id, ...rest }));
    await one.bulkDocs(waiting);
    console.log(JSON.stringify({ seconds: 0, moved: waiting.length }));
    return;
  }
  const other = local("other");
  const start = process.hrtime.bigint();
  let moved;
  if (verb === "push") moved = (await one.replicate.to(remote(), here)).docs_written;
  if (verb === "pull") moved = (await other.replicate.from(remote(), here)).docs_written;
  if (verb === "ask") {
    const done = await other.sync(remote(), here);
    moved = done.pull.docs_written + done.push.docs_written;
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  console.log(JSON.stringify({ seconds, moved }));
}

main().then(
  () => process.exit(0),
  (problem) => {
    console.error(problem);
    process.exit(1);
  },
);

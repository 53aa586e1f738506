// The server that PouchDB replicates with, on LevelDB: node pouchdb_server.js FOLDER. Prints the port that it listens on.
"use strict";
const fs = require("fs");
const path = require("path");
const express = require("express");
const PouchDB = require("pouchdb");

const folder = process.argv[2];
fs.mkdirSync(folder, { recursive: true });
const app = express();
app.use(
  require("express-pouchdb")(PouchDB.defaults({ prefix: folder + path.sep }), {
    mode: "minimumForPouchDB",
    logPath: path.join(folder, "log.txt"),
    configPath: path.join(folder, "config.json"),
  }),
);
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));

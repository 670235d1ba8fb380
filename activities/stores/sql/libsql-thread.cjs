'use strict';
// The embedded database's thread. libsql is synchronous: on the main thread a slow disk or a lock held by another
// process would stop heartbeats and timers (I10). Plain JavaScript, because nothing transpiles inside a thread.
//
// One message is one transaction. Transactions that wait at the same time share one commit (one fsync), each in a
// savepoint of its own, so that a failed one takes nobody with it.
const { setImmediate } = require('node:timers');
const { parentPort, workerData } = require('node:worker_threads');
const Database = require('libsql');

/** @type {{ file: string, busyMs: number, pagesMax: number, synchronous: string }} */
const { file, busyMs, pagesMax, synchronous } = workerData;
const groupMax = 64;
const cachedStatementsMax = 256;
// SQLite's own wait blocks this thread, and reads with it: keep it short and wait between attempts in the event loop.
const blockingWaitMs = 4;

const isBusy = (error) => typeof error.code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
const isConstraint = (error) => typeof error.code === 'string' && error.code.startsWith('SQLITE_CONSTRAINT');
const waitMs = () => 1 + Math.random() * 4;

function openConnection() {
  const db = new Database(file, { timeout: blockingWaitMs });
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${synchronous}`);
  if (pagesMax > 0) db.pragma(`max_page_count = ${pagesMax}`);
  return { db, statements: new Map() };
}

/** Several processes may switch a new file to WAL at the same moment; SQLite's busy wait does not cover that. */
function openPatiently() {
  const deadline = Date.now() + busyMs;
  for (;;) {
    try {
      return openConnection();
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs());
    }
  }
}

function prepare(connection, sql) {
  const known = connection.statements.get(sql);
  if (known) return known;
  if (connection.statements.size >= cachedStatementsMax) connection.statements.clear();
  const statement = connection.db.prepare(sql);
  connection.statements.set(sql, statement);
  return statement;
}

/** libsql hands out ArrayBuffers; everybody else deals in Uint8Arrays. */
function withByteViews(row) {
  for (const column in row) if (row[column] instanceof ArrayBuffer) row[column] = new Uint8Array(row[column]);
}

function run(connection, { sql, parameters }) {
  const statement = prepare(connection, sql);
  if (!statement.reader) return { rows: [], changes: statement.run(parameters).changes };
  const rows = statement.all(parameters);
  for (const row of rows) withByteViews(row);
  return { rows, changes: rows.length };
}

function runAll(connection, statements) {
  const results = [];
  for (const [index, statement] of statements.entries()) {
    const result = run(connection, statement);
    if (statement.expect !== null && result.changes !== statement.expect) return { unmet: index, results: [] };
    results.push(result);
  }
  return { unmet: -1, results };
}

const describe = (error) => ({ code: error.code || openFailureCode(error), message: String(error.message) });
/** An open that fails carries no code, only SQLite's number at the end of its text (14 = cannot open). */
const openFailureCode = (error) => (/: 14"?\)?$/.test(String(error.message)) ? 'SQLITE_CANTOPEN' : 'SQLITE_ERROR');
const answer = (request, outcome) => parentPort.postMessage({ id: request.id, outcome });
const refuse = (request, error) => parentPort.postMessage({ id: request.id, error: describe(error) });

function rollback(connection) {
  // A full disk has already rolled back by itself.
  if (connection.db.inTransaction) connection.db.exec('ROLLBACK');
}

/** One request inside the open transaction; a failure undoes this request alone. */
function runInSavepoint(connection, request) {
  connection.db.exec('SAVEPOINT request');
  let reply;
  try {
    const outcome = runAll(connection, request.statements);
    if (outcome.unmet >= 0) connection.db.exec('ROLLBACK TO request');
    reply = () => answer(request, outcome);
  } catch (error) {
    if (!isConstraint(error)) throw error;
    connection.db.exec('ROLLBACK TO request');
    reply = () => refuse(request, error);
  }
  connection.db.exec('RELEASE request');
  return reply;
}

function runGroup(connection, group) {
  connection.db.exec('BEGIN IMMEDIATE');
  try {
    const replies = group.map((request) => runInSavepoint(connection, request));
    connection.db.exec('COMMIT');
    return replies;
  } catch (error) {
    rollback(connection);
    throw error;
  }
}

let writer;
let reader;
const waiting = [];
let drainIsDue = false;

function drainSoon(delayMs) {
  if (drainIsDue || waiting.length === 0) return;
  drainIsDue = true;
  if (delayMs === 0) setImmediate(drain);
  else setTimeout(drain, delayMs);
}

function giveUpOnLate(error) {
  const now = Date.now();
  while (waiting.length > 0 && waiting[0].deadline < now) refuse(waiting.shift(), error);
}

function writeGroup(group) {
  try {
    for (const reply of runGroup(writer, group)) reply();
  } catch (error) {
    if (isBusy(error)) {
      waiting.unshift(...group);
      giveUpOnLate(error);
      return false;
    }
    if (group.length === 1) refuse(group[0], error);
    else for (const request of group.reverse()) waiting.unshift({ ...request, alone: true });
  }
  return true;
}

function drain() {
  drainIsDue = false;
  // After a shared failure each request is tried alone, so that only the guilty one is refused.
  const alone = waiting[0]?.alone === true;
  const wasFree = writeGroup(waiting.splice(0, alone ? 1 : groupMax));
  drainSoon(wasFree ? 0 : waitMs());
}

function read(request) {
  try {
    answer(request, { unmet: -1, results: [run(reader, request.statements[0])] });
  } catch (error) {
    if (isBusy(error) && Date.now() < request.deadline) setTimeout(() => read(request), waitMs());
    else refuse(request, error);
  }
}

function close(request) {
  for (const late of waiting.splice(0)) refuse(late, { code: 'THREAD_LOST', message: 'The store was closed.' });
  for (const connection of [reader, writer]) {
    connection.statements.clear();
    connection.db.close();
  }
  answer(request, { unmet: -1, results: [] });
  parentPort.close();
}

function serve(message) {
  const request = { ...message, deadline: Date.now() + busyMs };
  if (request.mode === 'close') close(request);
  else if (request.mode === 'read') read(request);
  else {
    waiting.push(request);
    drainSoon(0);
  }
}

try {
  writer = openPatiently();
  reader = openPatiently();
  reader.db.pragma('query_only = 1');
  parentPort.on('message', serve);
} catch (error) {
  parentPort.postMessage({ fatal: describe(error) });
}

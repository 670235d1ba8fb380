'use strict';
// Runs one command on behalf of the process that started it, in a process group of its own, and never outlives it.
//
// Why a process between: a server or a compiler started directly gets the terminal's Ctrl-C together with its owner
// (too early: a worker still drains), and survives when the owner is killed (too late). The guard is the leader of its
// own session, so Ctrl-C does not reach it, and it holds one end of the owner's IPC channel: however the owner ends,
// kill -9 included, the kernel closes the channel and the guard ends the command and whatever that started.
//
// Plain CommonJS, no TypeScript loader: it lives as long as the server and should stay small.
const { spawn } = require('node:child_process');
const fs = require('node:fs');

const { file, args, cwd, graceMs, logFile, logBytesMax, tailBytesMax, recordFile, startLockFile, ownerPid } =
  JSON.parse(process.argv[2]);
process.title = 'cadre-guard';

let tail = '';
let logBytes = 0;
let ending = false;
let left = false;

function tell(message, then = () => undefined) {
  // The owner may be gone at any moment; then there is nobody to tell.
  if (process.connected) process.send(message, then);
  else then();
}

/** Keeps the end of the output for error messages and, if asked, the whole of it in a file of bounded size. */
function keepOutput(chunk) {
  tail = (tail + chunk.toString('utf8')).slice(-tailBytesMax);
  if (!logFile) return;
  try {
    if (logBytes + chunk.length > logBytesMax) {
      fs.renameSync(logFile, `${logFile}.1`);
      logBytes = 0;
    }
    fs.appendFileSync(logFile, chunk);
    logBytes += chunk.length;
  } catch {
    // A full disk must not end the server; the tail is still there.
  }
}

/** Removes a file of ours only while it still names the process it belonged to. */
function removeIfOwned(path, key, pid) {
  if (!path) return;
  try {
    if (JSON.parse(fs.readFileSync(path, 'utf8'))[key] === pid) fs.unlinkSync(path);
  } catch {
    // Already gone, or rewritten by somebody else.
  }
}

if (logFile) {
  try {
    logBytes = fs.statSync(logFile).size;
  } catch {
    logBytes = 0;
  }
}

const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
child.stdout.on('data', keepOutput);
child.stderr.on('data', keepOutput);

/** Ends the command: politely, then by force. The record goes first, so that nobody starts to use a dying server. */
function end() {
  if (ending) return;
  ending = true;
  removeIfOwned(recordFile, 'guardPid', process.pid);
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), graceMs);
}

function leave(message) {
  if (left) return;
  left = true;
  removeIfOwned(recordFile, 'guardPid', process.pid);
  if (!process.connected) removeIfOwned(startLockFile, 'pid', ownerPid);
  // What the command started (compilers, download helpers) shares our group; the group ends with the command.
  tell({ ...message, tail }, () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL'));
}

child.on('spawn', () => tell({ event: 'started', pid: child.pid }));
child.on('error', (error) => leave({ event: 'failed', code: error.code, message: error.message }));
child.on('close', (code, signal) => leave({ event: 'exited', code, signal }));
// A grandchild may hold the output open after the command is gone; then `close` would not come.
child.on('exit', (code, signal) => setTimeout(() => leave({ event: 'exited', code, signal }), 200));

process.on('message', end);
process.on('disconnect', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end);

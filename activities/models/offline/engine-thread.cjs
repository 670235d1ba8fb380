'use strict';
// A thread of the offline engine: one message is one request, its answer goes back, or why there is none. Plain
// JavaScript, because nothing transpiles inside a thread; the engine itself is loaded as it stands, built or not.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { parentPort } = require('node:worker_threads');

if (!existsSync(join(__dirname, 'answer-request.js'))) require('tsx/cjs');
/** @type {{ answerRequest(request: unknown): { text: string, toolCalls: unknown[] } }} */
const { answerRequest } = require('./answer-request');

parentPort.on('message', (request) => {
  try {
    parentPort.postMessage({ answer: answerRequest(request) });
  } catch (error) {
    parentPort.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});

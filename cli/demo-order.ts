import { readFileSync } from 'node:fs';
import path from 'node:path';

import { isJsonObject } from '../contracts/json';
import type { RunOrder } from './carry-out';

const team = 'daily-report';
const composition = 'daily';
const sampleFolder = path.join(__dirname, '..', 'agents', team, 'sample');
const dayMs = 24 * 3600_000;
/** Wednesday of the sample's week: enough has happened before it, and something is still open. */
const dayOfWeek = 2;

/** The day the demo reports on: the third of the week that the sample covers. */
export function sampleDate(): string {
  const facts: unknown = JSON.parse(readFileSync(path.join(sampleFolder, 'FACTS.json'), 'utf8'));
  const week = isJsonObject(facts) ? facts['week'] : undefined;
  const from = isJsonObject(week) ? week['from'] : undefined;
  if (typeof from !== 'string') throw new Error('The sample data does not say which week it covers.');
  return new Date(Date.parse(from) + dayOfWeek * dayMs).toISOString().slice(0, 10);
}

/** The file that the publisher is announced to write. */
export function demoReport(date: string): string {
  return `reports/${date}.md`;
}

/** What the demo asks the team for (the composition brings the task); paths relative to the working directory where they are below it. */
export function demoOrder(cwd: string, date: string): RunOrder {
  const place = (name: string): string => {
    const relative = path.relative(cwd, path.join(sampleFolder, name));
    return relative.startsWith('..') ? path.join(sampleFolder, name) : relative.split(path.sep).join('/');
  };
  const input = { date, jira: place('jira.json'), mail: place('mail.mbox'), chat: place('chat') };
  return {
    type: 'compose',
    subject: team,
    summary: `demo · daily report of ${date}`,
    input: { team, composition, input },
  };
}

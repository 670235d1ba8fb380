/** The workflow types: every name exported here can be started from the Temporal UI and CLI (contract §3). */
import { agentPattern } from './patterns/agent';
import { composePattern } from './patterns/compose';
import { fanOutPattern } from './patterns/fan-out';
import { pipelinePattern } from './patterns/pipeline';
import { reflectionPattern } from './patterns/reflection';
import { routerPattern } from './patterns/router';
import { supervisorPattern } from './patterns/supervisor';
import { startable } from './run/start-run';

export const agent = startable(agentPattern);
export const supervisor = startable(supervisorPattern);
export const pipeline = startable(pipelinePattern);
export const fanOut = startable(fanOutPattern);
export const router = startable(routerPattern);
export const reflection = startable(reflectionPattern);
export const compose = startable(composePattern);

/** The workflow types: every name exported here can be started from the Temporal UI and CLI (contract §3). */
import { agentPattern } from './patterns/agent';
import { composePattern } from './patterns/compose';
import { consumePattern } from './patterns/consume';
import { debatePattern } from './patterns/debate';
import { fanOutPattern } from './patterns/fan-out';
import { meetingPattern } from './patterns/meeting';
import { pipelinePattern } from './patterns/pipeline';
import { planPattern } from './patterns/plan';
import { publishPattern } from './patterns/publish';
import { reflectionPattern } from './patterns/reflection';
import { routerPattern } from './patterns/router';
import { supervisorPattern } from './patterns/supervisor';
import { taskTreePattern } from './patterns/task-tree';
import { startable } from './run/start-run';

export const agent = startable(agentPattern);
export const supervisor = startable(supervisorPattern);
export const pipeline = startable(pipelinePattern);
export const fanOut = startable(fanOutPattern);
export const router = startable(routerPattern);
export const reflection = startable(reflectionPattern);
export const debate = startable(debatePattern);
export const meeting = startable(meetingPattern);
export const taskTree = startable(taskTreePattern);
export const plan = startable(planPattern);
export const publish = startable(publishPattern);
export const consume = startable(consumePattern);
export const compose = startable(composePattern);

import type { Activities } from '../contracts/activities';
import type { ActivityDeps } from './deps';
import { makeDeliverEvent } from './events/deliver-event';
import { makeSettleDelivery } from './events/settle-delivery';
import { makeCallModel } from './models/call-model';
import { makePrepareRun } from './prepare-run';
import { makeRecoverRun } from './recover-run';
import { makeCallTool } from './tools/call-tool';

/** The object a worker registers: all that workflows may ask of the world. */
export function createActivities(deps: ActivityDeps): Activities {
  return {
    prepareRun: makePrepareRun(deps),
    callModel: makeCallModel(deps),
    callTool: makeCallTool(deps),
    recoverRun: makeRecoverRun(deps),
    deliverEvent: makeDeliverEvent(deps),
    settleDelivery: makeSettleDelivery(deps),
  };
}

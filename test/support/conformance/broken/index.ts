/** Workflow types that are broken on purpose, one for each check of the conformance suite, and a sound one beside them. */
export { soundAgent } from './broken-agent';
export { asksTwice } from './asks-twice';
export { decidesAgain } from './decides-again';
export { diesWithWorker } from './dies-with-worker';
export { hidesItself } from './hides-itself';
export { ignoresBudget } from './ignores-budget';
export { ignoresCancel } from './ignores-cancel';
export { insistsOnAttributes } from './insists-on-attributes';
export { knowsReplay } from './knows-replay';
export { knowsRunId } from './knows-run-id';
export { throwsInQuery } from './throws-in-query';

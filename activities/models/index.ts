export { makeCallModel } from './call-model';
export { makeModelDirectory, type ModelDirectoryOptions, type Models } from './directory';
export type { AutoChoice } from './auto-model';
export { defaultModels, listPrice } from './default-models';
export { makeScript, type Script, type ScriptedCall } from './scripted';
export { parseScript, readScriptFile, type ScriptInput } from './script';
export { readSegmentBody, segmentBodyOf, type SegmentReply } from './segment-reply';
export { agentOf, makeLoadTeam, type LoadTeam } from './load-team';
export { checkKillSwitch } from './check-kill-switch';

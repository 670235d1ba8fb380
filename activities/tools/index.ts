export { builtins } from './builtins';
export { makeCallTool } from './call-tool';
export { defineTool, type BuiltinContext, type BuiltinTool, type ToolReply } from './define-tool';
export { makeToolFace, type OpenToolFace, type ToolFaceOptions } from './face';
export type { Roots } from './jail';
export { parseReport, ReportSyntaxError } from './report/parse-report';
export { renderReport } from './report/render-report';
export { normalizeReport, type Report, type ReportItem, type ReportSection } from './report/report-shape';

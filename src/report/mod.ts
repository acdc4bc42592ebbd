/** One result value, rendered for people and for machines. */
export { renderChecksJunit, type ReportedCheck } from "./check_junit.ts";
export {
  type DeployReport,
  formatFinding,
  renderDeployJson,
  renderDeployNames,
  renderDeployText,
  type ReportedAction,
  type ReportedFinding,
  type ReportedObject,
  type ReportedStatus,
} from "./deploy_report.ts";
export { type LogFormat } from "./ci_format.ts";
export { colorDiff } from "./diff_text.ts";
export { renderHistoryJson, renderHistoryText } from "./history_report.ts";
export { createProgress, type Progress, type ProgressOptions } from "./progress.ts";
export { createStyle, type Style } from "./style.ts";
export { formatTable } from "./table.ts";

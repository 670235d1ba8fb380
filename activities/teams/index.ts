export { inlineTeamOf, loadTeam, teamOfText, type LoadedTeam } from './load-team';
export { permissionMatrix, type MatrixOptions, type MatrixRow, type PermissionMatrix } from './permission-matrix';
export { renderMatrix } from './render-matrix';
export { makeTeamCatalog, type CataloguedTeam, type TeamCatalog, type TeamCatalogOptions } from './team-catalog';
export { faultText, InvalidTeamError, type TeamFault } from './team-faults';
export { teamViewOf } from './team-view';

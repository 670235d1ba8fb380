import { CadreError } from '../../contracts/failures';
import type { ModelConfig, Team } from '../../contracts/team';
import type { Environment } from '../deps';

const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Fills `${NAME}` in a model entry from the worker's environment. Secrets live in this process only: the filled entry
 * never goes into history, store or logs. An inline team gets nothing filled in: it comes from a run's input, and
 * whoever may start runs must not read the worker's environment (I9).
 */
export function fillModelSettings(team: Team, name: string, config: ModelConfig, env: Environment): ModelConfig {
  const fill = (field: string, text: string): string =>
    text.replace(variable, (_match, wanted: string) => {
      if (team.inline) {
        throw new CadreError(
          'InvalidTeam',
          `The model ${name} of an inline team uses \${${wanted}} in ${field}; write the team to a folder.`,
        );
      }
      const value = env[wanted];
      if (!value) {
        throw new CadreError(
          'ModelAuth',
          `The model ${name} needs the environment variable ${wanted} (${field}); set it for the worker.`,
        );
      }
      return value;
    });
  const filled: ModelConfig = { ...config };
  if (config.model !== undefined) filled.model = fill('model', config.model);
  if (config.apiKey !== undefined) filled.apiKey = fill('apiKey', config.apiKey);
  if (config.baseUrl !== undefined) filled.baseUrl = checkedBaseUrl(name, fill('baseUrl', config.baseUrl));
  return filled;
}

/** An address of a model API: http or https, no credentials, no query. Returned without a slash at its end. */
export function checkedBaseUrl(name: string, text: string): string {
  const fault = baseUrlFault(text);
  if (fault) throw new CadreError('InvalidTeam', `The baseUrl of the model ${name} ${fault}.`);
  return text.replace(/\/+$/, '');
}

function baseUrlFault(text: string): string | null {
  if (!URL.canParse(text)) return 'is not a URL; it looks like http://127.0.0.1:11434/v1';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must begin with http:// or https://';
  if (url.username || url.password) return 'holds credentials; put them into apiKey as ${NAME}';
  return url.search || url.hash ? 'must not have a query or a fragment' : null;
}

/**
 * Whether a model is at a place that private data may reach. `locality: local` counts only together with an address of
 * the team's own: the vendors' own services are never local, whatever a team says.
 */
export function isLocalModel(config: ModelConfig): boolean {
  if (config.provider === 'offline' || config.provider === 'scripted') return true;
  return config.locality === 'local' && config.baseUrl !== undefined;
}

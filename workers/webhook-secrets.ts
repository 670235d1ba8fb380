import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { CadreError } from '../contracts/failures';
import { slug } from '../contracts/names';
import type { Config } from './config';
import { webhookKeys } from './webhook-signature';

export const secretVariable = 'CADRE_WEBHOOK_SECRET';

/**
 * Where the keys of a team's webhook come from: `webhook-<team>.secret` in the folder of keys, else `webhook.secret`
 * there, else the variable; none at all when there is none. Files are read for each delivery, so that a secret is
 * replaced without a restart. Throws `InvalidInput` for one that cannot be read or is too short.
 */
export function makeWebhookSecrets({
  env,
  keysDir,
}: Pick<Config, 'env' | 'keysDir'>): (team: string) => Promise<Buffer[]> {
  return async (team) => {
    for (const name of [`webhook-${slug(team)}.secret`, 'webhook.secret']) {
      const text = await readFile(path.join(keysDir, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
        throw new CadreError('InvalidInput', `The secret ${name} cannot be read (${error.code ?? 'error'}).`);
      });
      if (text !== undefined) return webhookKeys(text);
    }
    const given = env[secretVariable];
    return given ? webhookKeys(given) : [];
  };
}

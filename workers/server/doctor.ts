import path from 'node:path';

import type { DoctorCheck } from './doctor/doctor-check';
import { checkCliAndTools, checkHome, checkNode } from './doctor/doctor-machine';
import { checkServer } from './doctor/doctor-server';
import { checkDatabase, checkKeys, checkModels } from './doctor/doctor-settings';
import type { Env } from './env';

export { type DoctorCheck, renderDoctor } from './doctor/doctor-check';

export interface DoctorOptions {
  readonly env: Env;
  /** CADRE_HOME. */
  readonly home: string;
  /** Asks for what production needs as well: a protected server, a shared database, keys. */
  readonly production?: boolean;
  /** Queues of their own that agents of registered teams name. */
  readonly queues?: readonly string[];
}

/** Looks at everything that a run needs and says what is there, what is missing and how to mend it. Changes nothing. */
export async function doctor({
  env,
  home: givenHome,
  production = false,
  queues = [],
}: DoctorOptions): Promise<DoctorCheck[]> {
  const home = path.resolve(givenHome);
  const homeCheck = checkHome(home);
  const [tools, server, models] = await Promise.all([
    checkCliAndTools(env, home),
    checkServer(env, home, production, queues),
    checkModels(env),
  ]);
  const settings = [checkDatabase(env, home, production), ...(production ? [checkKeys(env)] : [])];
  return [checkNode(process.version), homeCheck, ...tools, ...server, ...models, ...settings];
}

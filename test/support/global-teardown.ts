import { rmSync } from 'node:fs';
import type { DevServer } from '../../workers/server/start-dev-server';
import type { TestServer } from './global-setup';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as { cadreTestServer?: DevServer }).cadreTestServer?.stop();
  const { home } = JSON.parse(process.env['CADRE_TEST_SERVER'] ?? '{}') as Partial<TestServer>;
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
}

import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Harness } from '../harness';
import { within } from './drive';

const root = path.join(__dirname, '../../..');

/** A worker in a process of its own, which can be killed as a machine kills: without a word. */
export class WorkerChild {
  private constructor(
    private readonly process: ChildProcess,
    private readonly gone: Promise<void>,
  ) {}

  static async start(cadre: Harness, timeoutMs: number): Promise<WorkerChild> {
    const script = [path.join(root, 'bin/run-ts.cjs'), path.join(root, 'test/support/worker-process.ts')];
    const child = spawn(process.execPath, script, {
      cwd: cadre.folder,
      env: { ...cadre.config.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString('utf8')}`.slice(-4_000);
    });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const ready = new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString('utf8').includes('ready')) resolve();
      });
      void gone.then(() => reject(new Error(`The worker process ended before it was ready: ${said}`)));
    });
    const worker = new WorkerChild(child, gone);
    try {
      await within(timeoutMs, 'the worker process to be ready', ready);
    } catch (error) {
      await worker.kill();
      throw error;
    }
    return worker;
  }

  /** kill -9, and the process is gone when this resolves. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.gone;
  }
}

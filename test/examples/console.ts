import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A command of a `.console` file with the output that the document shows for it. */
interface Shown {
  command: string;
  output: string[];
}

export function parseConsole(text: string): Shown[] {
  const shown: Shown[] = [];
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('$ ')) shown.push({ command: line.slice(2), output: [] });
    else shown.at(-1)?.output.push(line);
  }
  return shown;
}

/** Differs from run to run and is the same thing in different places: held together over a whole document. */
const names = [
  /\b[0-9a-f]{64}\b/,
  /(?<=sha256:)[0-9a-f]{12}\b/,
  /\b\d+-\d+-[0-9a-f]{8}\b/,
  /(?<=(?:\/|%2F))[0-9a-f]{8}\b/,
  /(?<=--confirm |Z {2})[0-9a-f]{6}\b/,
];
/** Differs from run to run, and nothing follows from it. */
const figures = [
  /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/,
  /127\.0\.0\.1:\d+/,
  / *\b\d+\.\d+s\b/,
  /\$?\d+(?:\.\d+)? (?:ms|kB|bytes|events|tokens|model calls|tool calls|\+|·)/,
];
const variable = new RegExp([...names, ...figures].map(({ source }) => source).join('|'), 'g');
const isName = (text: string): boolean =>
  names.some((one) => new RegExp(`^(?:${withoutPlace(one.source)})$`).test(text));
const withoutPlace = (source: string): string => source.replace(/\(\?<=(?:[^()]|\([^()]*\))*\)/, '');

/** One shell for a document: what a command leaves behind (jobs, files, `$!`) is there for the next one. */
export class ConsoleSession {
  private readonly shell: ChildProcess;
  private output = '';
  /** Names as the document has them → as they came out this time. */
  private readonly known = new Map<string, string>();

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.shell = spawn('bash', [], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.shell.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.shell.stderr?.resume();
  }

  /** Types a command with the names of this time; a query is asked again until it answers as shown. */
  async expect({ command, output }: Shown, timeoutMs: number): Promise<void> {
    const typed = [...this.known].reduce((line, [shown, actual]) => line.replaceAll(shown, actual), command);
    for (const deadline = Date.now() + timeoutMs; ; await sleep(500)) {
      const { code, lines } = await this.type(typed, deadline - Date.now());
      const found = this.match(output, lines);
      if (found && code === 0) {
        for (const [shown, actual] of found) this.known.set(shown, actual);
        return;
      }
      if (/ (metadata|approvals)\b/.test(command) && Date.now() < deadline) continue;
      throw new Error(
        `$ ${typed}\nended with ${code} and said\n${lines.join('\n')}\n— not as shown:\n${output.join('\n')}`,
      );
    }
  }

  async type(line: string, timeoutMs: number): Promise<{ code: number; lines: string[] }> {
    this.output = '';
    this.shell.stdin?.write(`${line}\nprintf '\\n@@ended %s\\n' "$?"\n`);
    for (const deadline = Date.now() + timeoutMs; ; await sleep(50)) {
      const end = /^@@ended (\d+)\n/m.exec(this.output);
      if (end) return { code: Number(end[1]), lines: this.output.slice(0, end.index).trimEnd().split('\n') };
      if (Date.now() > deadline) throw new Error(`$ ${line}\ndid not end; it said\n${this.output}`);
    }
  }

  /** The names of the shown lines with their values, when the lines are those shown; `…` stands for anything. */
  private match(shown: readonly string[], lines: readonly string[]): Map<string, string> | undefined {
    const pattern = shown.map((line) => (line === '…' ? '(?:.*\\n)*?' : `${lineSource(line)}\\n`)).join('');
    const whole = new RegExp(`^${pattern}$`).exec(shown.length === 0 ? '' : `${lines.join('\n')}\n`);
    if (!whole) return undefined;
    const tokens = shown.flatMap((line) => line.match(variable) ?? []).filter(isName);
    const found = new Map<string, string>();
    const agrees = tokens.every((token, index) => {
      const actual = whole[index + 1] ?? '';
      // One name for one thing, and two names for two: the same report twice is what the document claims.
      const [other = token] = [...this.known, ...found].find(([, value]) => value === actual) ?? [];
      const before = this.known.get(token) ?? found.get(token) ?? actual;
      found.set(token, actual);
      return before === actual && other === token;
    });
    return agrees ? found : undefined;
  }

  end(): void {
    try {
      process.kill(-(this.shell.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The expression that a line as shown stands for: names captured, figures and `…` open, all else as it is. */
function lineSource(line: string): string {
  let source = '';
  let at = 0;
  for (const found of line.matchAll(variable)) {
    source += literal(line.slice(at, found.index));
    const shape = [...names, ...figures].find((one) => new RegExp(`^(?:${withoutPlace(one.source)})$`).test(found[0]));
    const open = withoutPlace(shape?.source ?? '');
    source += isName(found[0]) ? `(${open})` : `(?:${open})`;
    at = found.index + found[0].length;
  }
  return source + literal(line.slice(at));
}

const literal = (text: string): string => text.split('…').map(escape).join('.*');

import { connect, type Socket } from 'node:net';

/**
 * The lines that the `nats` command sends, written by hand: `CONNECT`, `PUB`, `SUB`, and a request to the JetStream API
 * as JSON. So the bridge is tested against the protocol and not against the library that it uses itself.
 */
export class NatsWire {
  private text = '';
  private nextSid = 1;
  private failure: Error | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('utf8');
      if (/PING\r\n$/.test(this.text)) socket.write('PONG\r\n');
    });
    socket.on('error', (error) => (this.failure = error));
  }

  static async open(url: string): Promise<NatsWire> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const wire = new NatsWire(socket);
    socket.write('CONNECT {"verbose":false,"pedantic":false,"headers":true,"name":"NATS CLI"}\r\nPING\r\n');
    await wire.sees(/PONG\r\n/);
    return wire;
  }

  /** `nats pub <subject> <text>` */
  async pub(subject: string, text: string, replyTo = ''): Promise<void> {
    this.socket.write(`PUB ${subject} ${replyTo && `${replyTo} `}${Buffer.byteLength(text)}\r\n${text}\r\nPING\r\n`);
    await this.sees(/PONG\r\n/, 5_000, this.text.length);
  }

  /** `nats sub <subject>`: everything that comes is in `sees`. */
  async sub(subject: string): Promise<void> {
    this.socket.write(`SUB ${subject} ${this.nextSid}\r\nPING\r\n`);
    this.nextSid += 1;
    await this.sees(/PONG\r\n/, 5_000, this.text.length);
  }

  /** A request to the JetStream API, as `nats stream add` makes one. */
  async request(subject: string, body: unknown): Promise<unknown> {
    const inbox = `_INBOX.wire.${this.nextSid}`;
    await this.sub(inbox);
    const from = this.text.length;
    await this.pub(subject, JSON.stringify(body), inbox);
    const [, json = ''] = await this.sees(
      new RegExp(`MSG ${inbox.replaceAll('.', '\\.')} \\d+ \\d+\\r\\n(.*)\\r\\n`),
      5_000,
      from,
    );
    return JSON.parse(json) as unknown;
  }

  /** The first match in what the server has sent since `from`. */
  async sees(what: RegExp, timeoutMs = 10_000, from = 0): Promise<RegExpExecArray> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const match = what.exec(this.text.slice(from));
      if (match) return match;
      if (this.failure || Date.now() > deadline)
        throw new Error(`Not seen: ${String(what)} in ${this.text.slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  close(): void {
    this.socket.destroy();
  }
}

/** What the `temporal` CLI uses when nothing is configured. */
export const builtInAddress = '127.0.0.1:7233';
export const defaultPort = 7233;

/** Host and port of `host`, `host:port`, `[v6]:port` or `scheme://host:port`. */
export function splitAddress(address: string): { host: string; port: number } {
  const plain = address.replace(/^\w+:\/+/, '');
  const port = /:(\d+)$/.exec(plain)?.[1];
  const host = (port ? plain.slice(0, -port.length - 1) : plain).replace(/^\[|\]$/g, '');
  // A bare IPv6 address has colons and no port.
  return host.includes(':') && !plain.includes('[')
    ? { host: plain, port: defaultPort }
    : { host, port: Number(port ?? defaultPort) };
}

/** Whether an address can only mean this machine. */
export function isLoopback(address: string): boolean {
  const { host } = splitAddress(address);
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Whether an address is the one the CLI uses unless told otherwise, however it is written. */
export function isBuiltInAddress(address: string): boolean {
  return isLoopback(address) && splitAddress(address).port === defaultPort;
}

import {connect} from 'node:net';

/** Whether anything takes connections at an address. False once the signal has fired, and for what is no address. */
export function listens(baseUrl: string, signal: AbortSignal): Promise<boolean> {
  if (!URL.canParse(baseUrl) || signal.aborted) return Promise.resolve(false);
  const {hostname, port, protocol} = new URL(baseUrl);
  return new Promise(resolve => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
    });
    const settle = (answer: boolean): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(answer);
    };
    const onAbort = (): void => settle(false);
    signal.addEventListener('abort', onAbort, {once: true});
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

import { request as nodeRequest, type IncomingMessage } from 'node:http';
import { currentUser } from '../run-state.ts';

interface Params {
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeout: number;
}

interface Response {
  readonly status: number;
  readonly error_code: number;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds: until there was a connection, and from then on. */
  readonly timings: { readonly blocked: number; readonly duration: number };
}

/** https://grafana.com/docs/k6/latest/javascript-api/error-codes/ */
const CODES: Readonly<Record<string, number>> = {
  ECONNREFUSED: 1212,
  ECONNRESET: 1220,
  ENOTFOUND: 1101,
  EPIPE: 1201,
  TIMEOUT: 1050,
};
const ANY_OTHER = 1000;

const codeOf = (error: unknown): number =>
  CODES[String((error as { readonly code?: string }).code)] ?? ANY_OTHER;

/** `server-timing` is `Server-Timing` in k6. */
const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase()),
      String(value),
    ]),
  );

const bodyOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const asyncRequest = async (
  method: string,
  url: string,
  body: ArrayBuffer | null,
  { headers, timeout }: Params,
): Promise<Response> => {
  const startedAt = performance.now();
  let connectedAt: number | undefined;
  const timings = (): Response['timings'] =>
    connectedAt === undefined
      ? { blocked: 0, duration: 0 }
      : {
          // Never 0 where there was a connection, as in k6.
          blocked: Math.max(1e-6, connectedAt - startedAt),
          duration: performance.now() - connectedAt,
        };
  const request = nodeRequest(url, { method, agent: currentUser().agent, headers: { ...headers } });
  const timer = setTimeout(
    () => request.destroy(Object.assign(new Error('request timeout'), { code: 'TIMEOUT' })),
    timeout,
  );
  const onConnect = (): void => {
    connectedAt = performance.now();
  };
  request.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', onConnect);
    else onConnect();
  });
  try {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', reject);
      request.end(body === null ? undefined : Buffer.from(body));
    });
    const text = await bodyOf(message);
    const status = message.statusCode ?? 0;
    return {
      status,
      error_code: status >= 400 ? 1000 + status : 0,
      body: text,
      headers: headersOf(message),
      timings: timings(),
    };
  } catch (error) {
    const cause = request.errored ?? error;
    return { status: 0, error_code: codeOf(cause), body: null, headers: {}, timings: timings() };
  } finally {
    clearTimeout(timer);
  }
};

const http = { asyncRequest };
export default http;

/**
 * Stand-in for Cortex's proxy, which needs AWS credentials. It has the same limits of requests in flight and waiting, and gives
 * the same answers if they are reached or if the application does not listen. Based on cortexlabs/cortex, pkg/proxy, commit dc48c02.
 *
 * usage: node proxy.js PORT ADMIN_PORT USER_PORT MAX_CONCURRENCY MAX_QUEUE_LENGTH
 */
import { Agent, createServer, request } from 'node:http';

const LOOPBACK = '127.0.0.1';
const [port, adminPort, userPort, maxConcurrency, maxQueueLength] = process.argv
  .slice(2)
  .map(Number);

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
let inFlight = 0;
/** Functions that start the waiting requests, in order. */
const waiting = [];

/** @returns a promise that resolves when the request may start; undefined if too many are waiting. */
const enter = () => {
  if (inFlight < maxConcurrency) {
    inFlight += 1;
    return Promise.resolve();
  }
  if (waiting.length >= maxQueueLength) return undefined;
  return new Promise((resolve) => {
    waiting.push(resolve);
  });
};

const leave = () => {
  const next = waiting.shift();
  if (next === undefined) inFlight -= 1;
  else next();
};

/** Removes headers that belong to one connection. */
const withoutConnection = (headers) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'connection' && name !== 'keep-alive'),
  );

/** Forwards a request. Resolves when the answer has been sent, or cannot be sent. */
const forward = (incoming, outgoing) =>
  new Promise((resolve) => {
    // If the client left while its request waited, `close` was emitted already.
    if (outgoing.closed) {
      resolve();
      return;
    }
    outgoing.once('close', resolve);
    const upstream = request(
      {
        host: LOOPBACK,
        port: userPort,
        method: incoming.method,
        path: incoming.url,
        headers: withoutConnection(incoming.headers),
        agent,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode, withoutConnection(answer.headers));
        answer.pipe(outgoing);
      },
    );
    upstream.once('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502, { 'content-length': 0 }).end();
    });
    incoming.pipe(upstream);
    // If the client leaves, its request is aborted.
    outgoing.once('close', () => upstream.destroy());
  });

const refuse = (incoming, outgoing) => {
  incoming.resume();
  outgoing
    .writeHead(503, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    })
    .end('pending request queue full\n');
};

const proxy = createServer((incoming, outgoing) => {
  if (incoming.headers['user-agent']?.startsWith('kube-probe/')) {
    void forward(incoming, outgoing);
    return;
  }
  const turn = enter();
  if (turn === undefined) {
    refuse(incoming, outgoing);
    return;
  }
  void turn.then(() => forward(incoming, outgoing)).then(leave);
});
proxy.keepAliveTimeout = 120_000;
proxy.listen(port, LOOPBACK, 1024);

createServer((incoming, outgoing) => {
  if (incoming.url === '/metrics') {
    outgoing
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      .end(
        `# TYPE cortex_in_flight_requests gauge\ncortex_in_flight_requests ${inFlight + waiting.length}\n`,
      );
    return;
  }
  const isHealth = incoming.url === '/healthz';
  outgoing.writeHead(isHealth ? 200 : 404).end(isHealth ? 'healthy' : '');
}).listen(adminPort, LOOPBACK);

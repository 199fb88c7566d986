/**
 * Stands for Cortex's proxy, which asks AWS who it is before it opens a port: the same limits of requests at work and waiting,
 * the same answers where they are full or where nothing listens behind it. After cortexlabs/cortex, pkg/proxy, commit dc48c02.
 *
 * usage: node proxy.js PORT ADMIN_PORT USER_PORT MAX_CONCURRENCY MAX_QUEUE_LENGTH
 */
import { Agent, createServer, request } from 'node:http';

const LOOPBACK = '127.0.0.1';
const [port, adminPort, userPort, maxConcurrency, maxQueueLength] = process.argv
  .slice(2)
  .map(Number);

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
let atWork = 0;
/** What each waiting request does when its turn comes, in their order. */
const waiting = [];

/** @returns a promise of the request's turn; undefined where there is no place for it. */
const enter = () => {
  if (atWork < maxConcurrency) {
    atWork += 1;
    return Promise.resolve();
  }
  if (waiting.length >= maxQueueLength) return undefined;
  return new Promise((resolve) => {
    waiting.push(resolve);
  });
};

const leave = () => {
  const next = waiting.shift();
  if (next === undefined) atWork -= 1;
  else next();
};

/** Headers that belong to one connection, not to what is passed on. */
const withoutConnection = (headers) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'connection' && name !== 'keep-alive'),
  );

/** Resolves when the answer has been passed on, or cannot be. */
const passOn = (incoming, outgoing) =>
  new Promise((resolve) => {
    // The client has left while its request waited, and nobody says so again.
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
    // A client that leaves takes its request with it.
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
    void passOn(incoming, outgoing);
    return;
  }
  const turn = enter();
  if (turn === undefined) {
    refuse(incoming, outgoing);
    return;
  }
  void turn.then(() => passOn(incoming, outgoing)).then(leave);
});
proxy.keepAliveTimeout = 120_000;
proxy.listen(port, LOOPBACK, 1024);

createServer((incoming, outgoing) => {
  if (incoming.url === '/metrics') {
    outgoing
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      .end(
        `# TYPE cortex_in_flight_requests gauge\ncortex_in_flight_requests ${atWork + waiting.length}\n`,
      );
    return;
  }
  const isHealth = incoming.url === '/healthz';
  outgoing.writeHead(isHealth ? 200 : 404).end(isHealth ? 'healthy' : '');
}).listen(adminPort, LOOPBACK);

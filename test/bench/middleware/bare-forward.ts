/**
 * Reference (b): a minimal Fastify service with as many processes as the middleware. It forwards the raw body with undici and returns the
 * answer, without admission, metrics or checks.
 */
import cluster from 'node:cluster';

import fastify from 'fastify';
import { Pool } from 'undici';

const upstream = new URL(process.argv[2] ?? '');
const processes = Number(process.argv[3] ?? 1);

const serve = async (): Promise<void> => {
  const app = fastify();
  const pool = new Pool(upstream.origin, { connections: 128 });
  app.addContentTypeParser(
    'image/jpeg',
    { parseAs: 'buffer', bodyLimit: 2 ** 25 },
    (_, body, done) => {
      done(null, body);
    },
  );
  app.post('/', async (request, reply) => {
    const answer = await pool.request({
      path: upstream.pathname,
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: request.body as Buffer,
    });
    reply.header('content-type', 'application/json');
    return answer.body.text();
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
};

if (cluster.isPrimary) {
  let listening = 0;
  cluster.on('listening', (_, { port }) => {
    listening += 1;
    if (listening < processes) return;
    const url = `http://127.0.0.1:${port}`;
    process.stdout.write(`${JSON.stringify({ event: 'listening', url, pid: process.pid })}\n`);
  });
  for (let count = 0; count < processes; count += 1) cluster.fork();
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
} else {
  void serve();
}

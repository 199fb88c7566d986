import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Connection } from '../../../../lib/bench/load/connection.ts';
import { readLoadTarget } from '../../../../lib/bench/load/job.ts';
import { OUTCOME } from '../../../../lib/bench/load/outcome.ts';

const TIMEOUT_MS = 500;
const image = join(import.meta.dirname, '../../../../k6/images/cat.jpg');

/** The outcome of one exchange. */
const outcomeAt = async (port: number): Promise<number> => {
  const target = await readLoadTarget({
    url: `http://127.0.0.1:${port}/`,
    images: [image],
    timeoutMs: TIMEOUT_MS,
  });
  return new Promise((resolve) => {
    const connection = new Connection(
      target,
      0,
      () => performance.now(),
      (ended, outcome) => {
        ended.close();
        resolve(outcome);
      },
    );
    connection.send(0);
    // Its own timer does not keep the process alive.
    setTimeout(() => undefined, TIMEOUT_MS);
  });
};

/** Starts a server that never answers, and whose queue of connections that wait for it has two places. */
const startServer = async () => {
  const server = spawn(process.execPath, [
    '-e',
    `const server = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`,
  ]);
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  return { server, port: Number(line.toString()) };
};

describe('An exchange without an answer in time', () => {
  const sockets: Socket[] = [];
  let running: Awaited<ReturnType<typeof startServer>>;

  beforeEach(async () => {
    running = await startServer();
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    running.server.kill('SIGKILL');
    await once(running.server, 'exit');
  });

  it('timed out if its request was sent', async () => {
    expect(await outcomeAt(running.port)).toBe(OUTCOME.timeout);
  });

  it('failed to connect if the connection was never made', async () => {
    const { server, port } = running;
    // A stopped program accepts nothing, so the system ignores whoever comes after the queue is full.
    server.kill('SIGSTOP');
    for (let place = 0; place < 2; place += 1) {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      await once(socket, 'connect');
    }

    expect(await outcomeAt(port)).toBe(OUTCOME.connect);
  });
});

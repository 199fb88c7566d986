import { spawn, type ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { choosePorts } from '../../../../serving-configs/runtimes/ports.ts';
import { listenHttp } from '../../../support/http-server.ts';

const script = path.resolve('serving-configs/platforms/cortex/venv/proxy.js');
const WORK_MS = 200;

let application: Awaited<ReturnType<typeof listenHttp>>;
let proxy: ChildProcess;
let url = '';

/** Limits: one request in flight, ten waiting. */
beforeAll(async () => {
  application = await listenHttp((_, response) => {
    setTimeout(() => response.end('ok'), WORK_MS);
  });
  const [port = 0, adminPort = 0] = await choosePorts([0, 0]);
  const args = [port, adminPort, application.port, 1, 10].map(String);
  proxy = spawn(process.execPath, [script, ...args], { stdio: 'ignore' });
  url = `http://127.0.0.1:${port}`;
  while ((await fetch(url).catch(() => undefined)) === undefined) await sleep(20);
});
afterAll(() => {
  proxy.kill();
  return application.close();
});

describe("The stand-in for Cortex's proxy", () => {
  it('continues with the next request if a client leaves, even while it waits', async () => {
    const leaving = [0, 1, 2].map(() => get(url).on('error', () => undefined));
    await sleep(WORK_MS / 4);
    for (const request of leaving) request.destroy();

    const { status } = await fetch(url, { signal: AbortSignal.timeout(60_000) });
    expect(status).toBe(200);
  });
});

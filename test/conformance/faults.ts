import { setTimeout as sleep } from 'node:timers/promises';
import { send, SUCCESS } from './exchange.ts';
import { killWorker } from './freeze.ts';
import { ask } from './session.ts';
import type { Session } from './target.ts';

const RECOVERY_MS = 60_000;

const describeRecovery = (session: Session): void => {
  it('computes again after its worker process was killed', async () => {
    await killWorker(session);
    const deadline = performance.now() + RECOVERY_MS;
    let status = '';
    while (status !== SUCCESS.rest && performance.now() < deadline) {
      status = await send(session.started().urls, session.good()).then(
        (answer) => answer.status,
        // The connection may be cut off, or refused for a while.
        () => '',
      );
      if (status !== SUCCESS.rest) await sleep(100);
    }

    expect(status).toBe(SUCCESS.rest);
  });
};

const describeEnd = (session: Session): void => {
  it('ends with all its processes when its worker process is killed, and says so', async () => {
    await killWorker(session);
    const ended = session.started();

    expect(await ended.exited).toBe(1);
    expect(ended.words()).toMatch(/^error: .* ended by itself/m);
    expect([...(await ended.processes())]).toEqual([]);
  });
};

const describeDeath = (session: Session, reason: string): void => {
  it(`ends when it is killed: ${reason}`, async () => {
    await killWorker(session);

    expect(await session.started().exited).toBeNull();
    await expect(send(session.started().urls, session.good())).rejects.toThrow('ECONNREFUSED');
  });
};

const describeHanging = (session: Session): void => {
  it('answers nothing after its worker process was killed, until it is started again', async () => {
    await killWorker(session);
    const hasty = await session.middleware({ upstreamTimeoutMs: 2000 });
    const answers = await Promise.all(session.ways.map((way) => ask(hasty, session.serving, way)));

    expect(new Set(answers.map((answer) => answer.json<{ code: string }>().code))).toEqual(
      new Set(['INFER_UPSTREAM_TIMEOUT']),
    );
  });
};

const describeFailing = (session: Session, status: string): void => {
  it(`answers ${status} after its worker process was killed, until it is started again`, async () => {
    await killWorker(session);
    for (let times = 0; times < 5; times += 1) {
      const answer = await send(session.started().urls, session.good());

      expect(answer.status).toBe(status);
      await sleep(300);
    }
  });
};
/** Describes what a serving does when its worker process is killed. Few servings recover. */
export const describeKilledWorker = (session: Session): void => {
  const killed = session.target.killed(session.traits);
  if (killed === 'recovers') describeRecovery(session);
  else if (killed === 'ends') describeEnd(session);
  else if (killed === 'hangs') describeHanging(session);
  else if ('dies' in killed) describeDeath(session, killed.dies);
  else if ('status' in killed) describeFailing(session, killed.status);
};

/** Describes that a serving stops with all its processes. */
export const describeStop = (session: Session): void => {
  it('stops when it is told to, and leaves no process behind', async () => {
    const started = session.started();

    expect((await started.processes()).size).toBeGreaterThanOrEqual(session.target.processes);
    expect(await started.stop()).toBe(0);
    expect([...(await started.processes())]).toEqual([]);
  });
};

/** Describes that a serving can be restarted at once, and leaves no process behind. */
export const describeRestart = (session: Session): void => {
  it('starts again at the same ports at once, and leaves no process behind', async () => {
    const before = session.started();
    await before.stop();
    expect([...(await before.processes())]).toEqual([]);

    const { rest, grpc } = before.urls;
    const ports = ['--port', new URL(rest).port];
    if (grpc !== undefined) ports.push('--grpc-port', new URL(grpc).port);
    const again = await session.startAgain(...ports);
    expect(again.urls).toEqual(before.urls);
    expect((await send(again.urls, session.good())).status).toBe(SUCCESS.rest);

    expect((await again.processes()).size).toBeGreaterThanOrEqual(session.target.processes);
    expect(await again.stop()).toBe(0);
    expect([...(await again.processes())]).toEqual([]);
  });
};

import { send, SUCCESS } from './exchange.ts';
import type { Session } from './target.ts';

/** That it can be started again at once, and ends without a trace. */
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
  }, 240_000);
};

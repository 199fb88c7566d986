import { demandFreePort, freePorts } from '../../../../lib/bench/run/free-ports.ts';
import { listenTcp } from '../../../support/tcp-server.ts';

describe('Free ports', () => {
  it('are different, and below those that the system gives to outgoing connections', async () => {
    const ports = await freePorts(50);

    expect(new Set(ports).size).toBe(50);
    expect(Math.max(...ports)).toBeLessThan(2 ** 15);
    await Promise.all(ports.map((port) => demandFreePort(port)));
  });

  it('are not those where somebody listens', async () => {
    const { port, close } = await listenTcp(() => undefined);
    try {
      await expect(demandFreePort(port)).rejects.toMatchObject({ code: 'BENCH_PORT_TAKEN' });
    } finally {
      await close();
    }
  });
});

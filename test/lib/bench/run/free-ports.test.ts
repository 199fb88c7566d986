import { createServer } from 'node:net';
import { demandFreePort, freePorts } from '../../../../lib/bench/run/free-ports.ts';

describe('Free ports', () => {
  it('are different, and below those that the system gives to outgoing connections', async () => {
    const ports = await freePorts(50);

    expect(new Set(ports).size).toBe(50);
    expect(Math.max(...ports)).toBeLessThan(2 ** 15);
    await Promise.all(ports.map((port) => demandFreePort(port)));
  });

  it('are not those where somebody listens', async () => {
    const [port = 0] = await freePorts(1);
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    try {
      await expect(demandFreePort(port)).rejects.toMatchObject({ code: 'BENCH_PORT_TAKEN' });
    } finally {
      server.close();
    }
  });
});

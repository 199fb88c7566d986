import { choosePorts, isListening } from '../../../serving-configs/runtimes/ports.ts';
import { listenTcp } from '../../support/tcp-server.ts';

describe('the ports of a run', () => {
  it('are different free ports that every platform accepts', async () => {
    const ports = await choosePorts([0, 0, 0]);

    expect(new Set(ports).size).toBe(3);
    expect(ports.every((port) => port >= 20_000 && port < 32_768)).toBe(true);
    expect(await Promise.all(ports.map(isListening))).toEqual([false, false, false]);
  });

  it('are refused if another process listens there, which would answer in place of the platform', async () => {
    const { port, close } = await listenTcp(() => undefined);

    await expect(choosePorts([0, port])).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining(String(port)) as string,
    });
    expect(await isListening(port)).toBe(true);
    await close();
  });
});

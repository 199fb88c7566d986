import { choosePorts, isListening } from '../../../serving-configs/runtimes/ports.ts';
import { listenTcp } from '../../support/tcp-server.ts';

describe('the ports of a run', () => {
  it('are different free ones that every platform takes', async () => {
    const ports = await choosePorts([0, 0, 0]);

    expect(new Set(ports).size).toBe(3);
    expect(ports.every((port) => port >= 20_000 && port < 32_768)).toBe(true);
    expect(await Promise.all(ports.map(isListening))).toEqual([false, false, false]);
  });

  it('are not taken from another process, which would answer in place of the platform', async () => {
    const { port, close } = await listenTcp(() => undefined);

    await expect(choosePorts([0, port])).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
    expect(await isListening(port)).toBe(true);
    await close();
  });
});

import type { ServingName } from '../../serving-configs/index.ts';
import { limitRequests } from '../../serving-configs/reference/limit-requests.ts';
import { loadWire } from '../../serving-configs/reference/load-wire.ts';
import { startServer } from '../../serving-configs/reference/server.ts';
import { holdingEngine } from '../serving-configs/reference/holding-engine.ts';
import type { HeldServing } from './target.ts';

/** A simulated server of its own that answers nothing that it takes until it is released. */
export const holdReference = async (serving: ServingName): Promise<HeldServing> => {
  const { engine, release } = holdingEngine();
  const wire = await loadWire(serving);
  const server = await startServer(
    { wire, engine: limitRequests(engine, wire.takesAtMost).engine },
    { host: '127.0.0.1', port: 0 },
  );
  return { urls: { rest: server.url }, release, end: () => server.stop() };
};

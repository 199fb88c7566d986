import { manifestOf, RESNET50, servingNames } from '../../../serving-configs/index.ts';
import { loadGrpcWire, loadWire } from '../../../serving-configs/reference/load-wire.ts';
import { inputOf, nameOf, probeOf, waysOf } from '../../conformance/probes.ts';
import { cat } from '../../support/middleware.ts';

/** Behaviour that test/conformance does not cover, because its engines never fail. */
describe.each(servingNames)('the protocol of %s', (serving) => {
  const { health } = manifestOf(serving, RESNET50);

  it('reports that it is healthy, and has no routes of other protocols', async () => {
    const wire = await loadWire(serving);

    expect(wire.route({ method: 'GET', path: health.path, headers: {} })).toMatchObject({
      kind: 'answer',
      answer: { status: 200 },
    });
    expect(wire.route({ method: 'GET', path: '/nowhere', headers: {} })).toBeUndefined();
  });

  it.each(waysOf(serving).map((way) => [nameOf(way), way] as const))(
    'answers with an error over %s if its model fails or is overloaded',
    async (_, way) => {
      const probe = probeOf(serving, way, await inputOf(serving, way, cat), 'one');
      const { path, method, headers, body } = probe;
      const call =
        way.protocol === 'rest'
          ? (await loadWire(serving)).route({ method, path, headers })
          : (await loadGrpcWire(serving))?.[path]?.(body);
      if (call?.kind !== 'inference') throw new Error(`${path} is no inference`);
      const [least, most] = way.protocol === 'rest' ? [429, 504] : [1, 16];

      for (const kind of ['failed', 'overloaded'] as const) {
        const { status } = call.fail({ kind, message: 'for a test' });
        expect(status).toBeGreaterThanOrEqual(least);
        expect(status).toBeLessThanOrEqual(most);
      }
    },
  );
});

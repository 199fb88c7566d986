import { statementOf } from '../../../lib/bench/statement.ts';
import { resolvePlanOptions } from '../../../lib/bench/plan/plan-options.ts';
import { recordedRun } from '../../support/recorded-run.ts';

const { plan } = recordedRun();
const [path] = plan.paths;
if (path === undefined) throw new Error('no path');

describe('what is said of a run first', () => {
  it('is that one engine was measured behind protocols, on this machine', () => {
    expect(statementOf(plan)).toBe(
      'Compared: one engine (ResNet-50 in ONNX Runtime) behind four protocols on this machine, not the platforms themselves; ' +
        'trained: false, so classes only show that every path computes the same.',
    );
  });

  it('is the same of the reference serving on node pairs', () => {
    expect(statementOf({ ...plan, where: 'aws' })).toMatch(
      /behind four protocols on node pairs in AWS, not the platforms themselves;/,
    );
  });

  it('is that the platforms were measured where their containers ran', () => {
    const trained = { ...plan.model, trained: true };

    expect(
      statementOf({ ...plan, where: 'aws', runtime: 'container', model: trained, paths: [path] }),
    ).toBe(
      'Compared: one platform in its container, with its artefact of one set of weights, on node pairs in AWS; the ' +
        'weights are trained.',
    );
  });

  it('claims no platform where the null engine of the reference serving answered', () => {
    const options = resolvePlanOptions({ engine: 'null' });

    expect(statementOf({ ...plan, where: 'aws', runtime: 'container', options })).toMatch(
      /^Compared: one engine \(a fixed answer, nothing is computed\).*not the platforms/,
    );
  });
});

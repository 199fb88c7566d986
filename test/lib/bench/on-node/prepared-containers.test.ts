import {
  assertSameModel,
  preparedEntries,
} from '../../../../lib/bench/on-node/prepared-containers.ts';
import { servingFactsOf, servingNames } from '../../../../serving-configs/index.ts';
import type { PreparedServings } from '../../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import { recordedPlan } from '../../../support/recorded-run.ts';

const [pulled = 'none', built = 'none', broken = 'none', real = 'none'] = servingNames;
const DIGEST = `registry/one@sha256:${'a'.repeat(64)}`;
const prepared: PreparedServings = {
  accelerator: 'gpu',
  model: { sha256: 'ab', weights: 'ResNet-50', trained: true },
  servings: {
    [pulled]: {
      image: DIGEST,
      standIn: { of: 'image', hasRealServer: false, note: 'of ours' },
    },
    [built]: { image: `sha256:${'b'.repeat(64)}` },
    [real]: {
      image: DIGEST,
      standIn: { of: 'image', hasRealServer: true, note: 'from its package' },
    },
    [broken]: { image: DIGEST, problem: 'i-0123 said: no memory' },
    unknown: { image: DIGEST },
  },
};

describe('the containers of a serving node in a plan', () => {
  it('are those that answered in the smoke test, with what they compute on', () => {
    const entries = preparedEntries(prepared);

    expect(entries.map(({ serving, state }) => [serving, state])).toEqual([
      [pulled, 'installed'],
      [built, 'installed'],
      [real, 'installed'],
      [broken, 'not-installed'],
    ]);
    expect(entries[1]).toMatchObject({
      platform: `${servingFactsOf(servingNames[1] ?? 'flask').title} ${servingFactsOf(servingNames[1] ?? 'flask').version}`,
      accelerator: 'gpu',
      real: true,
    });
  });

  it('name what is a stand-in: the image, and the server in it if that is one, too', () => {
    const [standInServer, , realServer] = preparedEntries(prepared);

    expect(standInServer).toMatchObject({ real: false, standIn: 'image', note: 'of ours' });
    expect(realServer).toMatchObject({ real: true, standIn: 'image', note: 'from its package' });
  });

  it('hold nothing specific to one node, so that every pair makes the same plan', () => {
    const entries = preparedEntries(prepared);

    expect(entries[0]?.image).toBe(DIGEST);
    expect(entries[1]?.image).toBeUndefined();
    expect(entries[3]?.reason).not.toContain('i-0123');
  });
});

describe('the model of a node pair', () => {
  it('must be made from the same ONNX file on both nodes', () => {
    const { model } = recordedPlan([]);
    const same = { ...prepared, model: { ...prepared.model, sha256: model.sha256 } };

    expect(() => assertSameModel(same, { model })).not.toThrow();
    expect(() => assertSameModel(prepared, { model })).toThrow(
      expect.objectContaining({ code: 'BENCH_OTHER_MODEL' }) as Error,
    );
  });
});

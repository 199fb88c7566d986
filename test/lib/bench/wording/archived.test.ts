import { archivedText, archivedWords } from '../../../../lib/bench/wording/archived.ts';

describe('the words on an archived platform', () => {
  it('say since when, once for several targets of a serving', () => {
    expect(archivedText(['torchserve', 'triton_onnx', 'torchserve'])).toBe(
      'TorchServe was archived in August 2025.',
    );
  });

  it('are absent for other servings, and for servers that somebody else runs', () => {
    expect([archivedWords('mosec'), archivedWords('my-server')]).toEqual([undefined, undefined]);
    expect(archivedText(['mosec', 'my-server'])).toBe('');
  });
});

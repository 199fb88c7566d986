import type { ServingName } from '../../serving-configs/index.ts';
import { FIXED_CLASS } from '../../serving-configs/reference/scores.ts';
import { nameOf, waysOf } from '../conformance/probes.ts';
import { ask, middlewareOf } from '../conformance/session.ts';
import { startReal } from '../conformance/started-serving.ts';

/** Two servings whose no-op backend is C++, one with logits and one with probabilities, and one whose no-op backend is Python. */
const servings = [
  'triton_onnx',
  'triton_tensorflow',
  'flask',
] as const satisfies readonly ServingName[];

describe('The no-op backend behind a real platform', () => {
  it.each(servings)(
    'answers the fixed class of the simulated server over every protocol and payload: %s',
    async (serving) => {
      const real = await startReal(serving, '--engine', 'noop');
      const app = await middlewareOf(serving, real.urls);
      const answers: Record<string, unknown> = {};
      const wanted: Record<string, unknown> = {};
      try {
        for (const way of waysOf(serving)) {
          const response = await ask(app, serving, way);
          const { top } = response.json<{ top: { class: number; score: number }[] }>();
          answers[nameOf(way)] = top[0];
          wanted[nameOf(way)] = expect.objectContaining({
            class: FIXED_CLASS,
            score: expect.closeTo(0.9, 5),
          });
        }
      } finally {
        await app.close();
        await real.stop();
      }

      expect(real.line).toMatchObject({ engine: 'none: it returns a fixed answer at once' });
      expect(answers).toEqual(wanted);
    },
  );
});

import {
  chooseServings,
  requireServings,
  assertSameServed,
} from '../../../../../lib/bench/run/servings/choose-servings.ts';
import type { RuntimeEntry } from '../../../../../lib/bench/run/servings/runtime.ts';

const facts = { platform: 'Triton 2.51.0', engine: 'ONNX Runtime', real: true };
const entries: readonly RuntimeEntry[] = [
  { serving: 'triton_pytorch', state: 'installed', ...facts },
  {
    serving: 'torchserve',
    state: 'not-installed',
    reason: 'no packages',
    setupCommand: 'npx serving-compare setup',
    ...facts,
  },
  { serving: 'triton_tensorflow', state: 'impossible', reason: 'no backend' },
];
const all = ['torchserve', 'triton_pytorch', 'triton_tensorflow'] as const;

describe('The servings that a runtime can run', () => {
  it('are all of them with the simulated server', () => {
    expect(requireServings(all, 'simulated', [])).toEqual({
      servings: all,
      leftOut: [],
    });
  });

  it('are the installed ones, in the order of the plan, with their software, and the others with a reason', () => {
    expect(chooseServings(all, 'venv', entries)).toEqual({
      servings: ['triton_pytorch'],
      served: { triton_pytorch: facts },
      leftOut: [
        {
          serving: 'torchserve',
          reason: 'no packages: npx serving-compare setup --servings torchserve',
        },
        { serving: 'triton_tensorflow', reason: 'no backend' },
      ],
    });
  });

  it('are an error if one that was named cannot run here, with the command that fixes it', () => {
    expect(() => requireServings(all, 'venv', entries)).toThrow(
      expect.objectContaining({
        code: 'BENCH_NOT_RUNNABLE',
        hint: 'npx serving-compare setup --servings torchserve; choose others than triton_tensorflow',
      }) as Error,
    );
  });

  it('are an error if none of them can run here', () => {
    expect(() => chooseServings(['torchserve'], 'venv', entries)).toThrow(
      expect.objectContaining({ code: 'BENCH_NOT_RUNNABLE' }) as Error,
    );
  });

  it('do not include a serving that the runtime does not know', () => {
    expect(chooseServings(['flask', 'triton_pytorch'], 'venv', entries).leftOut).toEqual([
      { serving: 'flask', reason: 'it cannot run on this machine' },
    ]);
  });
});

describe('A resumed run', () => {
  it('is refused if its software is gone', () => {
    const plan = { runtime: 'venv', served: { torchserve: facts } } as const;

    expect(() => assertSameServed(plan, entries)).toThrow(
      expect.objectContaining({ code: 'BENCH_NOT_RUNNABLE' }) as Error,
    );
  });
});

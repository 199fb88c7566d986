import { assignByRule, assignedWork } from '../../../../lib/bench/plan/read-assignment.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';
import { searchedPlan } from '../../../support/searched-plan.ts';

const { plan } = recordedRun({ levels: [closed(1)], repeats: 2, engines: ['onnx'] });
const assignment = assignByRule('study', plan, [2, 1]);
const own = (pair: number) => assignedWork(assignment, { runId: 'study', pair, plan }).cells;

describe('an assignment', () => {
  it('by rule names its plan and gives each pair its cells', () => {
    expect(assignment).toMatchObject({ number: 0, planHash: plan.hash, pairs: [1, 2] });
    expect(own(1)).toEqual(plan.cells.filter(({ repeat }) => repeat === 1));
    expect(own(2)).toEqual(plan.cells.filter(({ repeat }) => repeat === 2));
  });

  it('names the searches of each pair, and none of another plan', () => {
    const searched = searchedPlan([15]);
    const shared = assignByRule('study', searched, [1, 2]);
    const of = (pair: number) => ({ runId: 'study', pair, plan: searched });
    const given = [1, 2].flatMap((pair) => assignedWork(shared, of(pair)).searches);

    expect(new Set(given)).toEqual(new Set(searched.searches));
    expect(assignment).not.toHaveProperty('searches');
    const foreign = { ...shared, searches: { 1: ['slo-p99-9/x'] } };
    expect(() => assignedWork(foreign, of(1))).toThrow('"slo-p99-9/x", no search of the plan');
  });

  it.each([
    ['of another run', { runId: 'other' }, 'it is not of the run study'],
    ['of another plan', { planHash: 'ee' }, 'it shares the plan ee'],
    ['for other pairs', { pairs: [3], cells: { 3: [] } }, 'it is for the pairs 3, not for 1'],
    ['with foreign cells', { cells: { 1: ['r9/x'] } }, 'it names "r9/x", no cell of the plan'],
  ])('%s is refused with the way to a new one', (_, change, message) => {
    const changed = { ...assignment, ...change };

    expect(() => assignedWork(changed, { runId: 'study', pair: 1, plan })).toThrow(
      expect.objectContaining({
        code: 'BENCH_ASSIGNMENT',
        message: expect.stringContaining(message) as unknown,
        hint: expect.stringContaining('--resume') as unknown,
      }) as Error,
    );
  });
});

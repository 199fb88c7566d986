import { NODE_ROLES } from '../../../aws/contract/tags.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { cpuStateTexts } from '../../wording/machine-text.ts';
import type { CheckResult } from '../summary-row.ts';
import { passedIf, type Check } from './check.ts';

type HostCpu = { readonly cpuGovernor?: string; readonly smt?: boolean };

/** The states of the nodes that changed. */
type HostStateFacts = {
  readonly changes?: readonly {
    readonly repeat: number;
    readonly role: string;
    readonly before: HostCpu;
    readonly after: HostCpu;
  }[];
};

const textOf = (state: HostCpu): string => cpuStateTexts(state).join(', ');

/** Whether CPU governor and SMT of both nodes were the same before and after each window. Otherwise figures are not comparable. */
export const hostStateCheck = (
  measurements: readonly CompletedMeasurement[],
): CheckResult<HostStateFacts> => {
  const check = 'host-state';
  const states = measurements.flatMap(({ measurement: { repeat }, nodes }) =>
    NODE_ROLES.flatMap((role) => {
      const state = nodes?.[role]?.cpuState;
      return state === undefined ? [] : [{ role, repeat, ...state }];
    }),
  );
  if (states.every(({ before, after }) => textOf(before) === '' && textOf(after) === '')) {
    return { check, state: 'unknown' };
  }
  const changes = states.filter(({ before, after }) => textOf(before) !== textOf(after));
  const figure = changes.length;
  return passedIf(figure === 0, { check, figure, limit: 0, facts: { changes } });
};

const NOTHING = 'no governor and no SMT';

export const hostState: Check<HostStateFacts> = {
  name: 'host-state',
  title: 'Host state',
  asks: 'Did CPU governor and SMT of both nodes stay as they were in each window?',
  limit: 'no change',
  tag: 'host changed',
  judge: ({ repeats }) => hostStateCheck(repeats),
  finding({ state, facts: { changes = [] } = {} }) {
    if (state === 'unknown') return 'No node reported its CPU governor or SMT.';
    if (changes.length === 0) {
      return 'CPU governor and SMT were the same before and after each window.';
    }
    return changes
      .map(
        ({ role, repeat, before, after }) =>
          `In repeat ${repeat} the ${role} node reported ${textOf(before) || NOTHING} before the window and ${textOf(after) || NOTHING} after it.`,
      )
      .join(' ');
  },
  advice: ({ state }) =>
    state === 'failed'
      ? 'Set the governor to performance, leave SMT as it is, and measure again.'
      : undefined,
};

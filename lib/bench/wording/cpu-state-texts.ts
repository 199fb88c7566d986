import type { MachineFacts } from '../../deployment/machine-facts.ts';

type CpuState = Pick<MachineFacts, 'cpuGovernor' | 'smt'>;

export const smtText = (smt: boolean): string => (smt ? 'on' : 'off');

/** What is known of how a processor runs, as in `governor performance`, `SMT on`. Pure. */
export const cpuStateTexts = ({ cpuGovernor, smt }: CpuState): readonly string[] => [
  ...(cpuGovernor === undefined ? [] : [`governor ${cpuGovernor}`]),
  ...(smt === undefined ? [] : [`SMT ${smtText(smt)}`]),
];

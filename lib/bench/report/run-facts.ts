import { basename } from 'node:path';
import type { Summary } from '../analysis/summary.ts';
import { modelTitle } from '../wording/statement.ts';
import type { DataFile } from './model.ts';

/** What answered in a run, in a few words, since every line repeats them. */
const comparedText = ({ runtime, served = {} }: Summary['plan']): string => {
  if (runtime === 'simulated') return 'simulated server';
  if (runtime === 'running') return 'running servers';
  const answers = Object.values(served);
  if (answers.every(({ real }) => real)) return 'real servers';
  return answers.some(({ real }) => real) ? 'real servers and stand-ins' : 'stand-ins';
};

/** What the servers computed on: `cpu` unless containers used a GPU. */
const acceleratorOf = ({ plan, environment }: Summary): string =>
  environment.aws?.accelerator ??
  Object.values(plan.served ?? {}).find(({ accelerator }) => accelerator !== undefined)
    ?.accelerator ??
  'cpu';

/** Adds columns with facts on the run, the same in every line, since a file may be read without the report. */
export const withRunFacts = ({ name, head, lines }: DataFile, summary: Summary): DataFile => {
  const { plan, validity } = summary;
  const facts = {
    compared: comparedText(plan),
    accelerator: acceleratorOf(summary),
    model: modelTitle(plan) ?? basename(plan.model.file),
    run_valid: String(validity?.valid ?? ''),
  };
  const values = Object.values(facts);
  return {
    name,
    head: [...head, ...Object.keys(facts)],
    lines: {
      *[Symbol.iterator]() {
        for (const line of lines) yield [...line, ...values];
      },
    },
  };
};

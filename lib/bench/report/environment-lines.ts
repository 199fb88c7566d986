import { basename } from 'node:path';
import type { Summary } from '../analysis/summary.ts';
import { loadEngineOf } from '../plan/plan-options.ts';
import { awsLines, whereText } from './aws-lines.ts';
import { formatBytes } from './format-number.ts';
import type { NamedLine } from './named-line.ts';

/** Where and with what a run was made: names and values for every output. */
export const environmentLines = ({ environment, plan }: Summary): readonly NamedLine[] => {
  const { machine, versions, commit, processes, model } = environment;
  const commitText =
    commit === null
      ? 'not in a git checkout'
      : commit.hash + (commit.dirty ? ', with uncommitted changes' : '');
  const loadEngine = loadEngineOf(plan.options);
  return [
    { name: 'Where', value: whereText(plan, environment) },
    { name: 'When', value: plan.createdAt },
    ...awsLines(environment),
    {
      name: environment.aws === undefined ? 'Machine' : 'Middleware machine',
      value: `${machine.cpuModel}, ${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}, ${formatBytes(machine.memoryBytes)} memory`,
    },
    { name: 'System', value: `${machine.os}, kernel ${machine.kernel}, ${machine.architecture}` },
    {
      name: 'Processes',
      value: `middleware ${processes.middleware}, serving ${processes.serving}, load ${processes.load}`,
    },
    { name: 'Load engine', value: [loadEngine, versions[loadEngine]].filter(Boolean).join(' ') },
    {
      name: 'Model',
      value: `${basename(model.file)}, ${model.trained ? 'trained' : 'not trained (trained: false)'}, SHA-256 ${model.sha256}`,
    },
    { name: 'Images', value: plan.images.map((image) => image.file).join(', ') },
    { name: 'Profile', value: `${plan.profile}, ${plan.cellCount} cells, plan ${plan.hash}` },
    { name: 'Seed', value: String(environment.seed) },
    { name: 'Commit', value: commitText },
    {
      name: 'Versions',
      value: Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    },
  ];
};

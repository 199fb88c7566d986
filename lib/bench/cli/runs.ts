import { folder } from '../../../serving-configs/options/kinds.ts';
import type { PastRun } from '../report/past-runs.ts';
import type { Column } from '../report/model.ts';
import { dayTimeText } from '../wording/format-number.ts';
import { command, jsonText } from './command.ts';
import { json } from './options.ts';

const stateText = ({ state }: PastRun): string => (state === 'running' ? 'running now' : state);

const answerText = ({ state, answer, resume }: PastRun): string =>
  state === 'interrupted' && resume !== undefined ? `continue it: ${resume}` : answer;

/** Lists the runs in a folder. */
export const runs = command({
  description:
    'Lists the runs in a folder, the newest first: when and what was measured, whether the run is valid, was interrupted or is running now, and what it found. An interrupted run has the command that continues it.',
  words: ['dir'],
  options: {
    dir: { kind: folder, description: 'folder that holds run folders', default: 'results' },
    json,
  },
  examples: [
    'npx serving-compare runs',
    'npx serving-compare runs --json | jq \'.runs[] | select(.state == "valid")\'',
  ],
  run: async ({ dir, json: asJson }, { console }) => {
    const { readPastRuns } = await import('../report/past-runs.ts');
    const pastRuns = await readPastRuns(dir);
    if (asJson) {
      console.out(jsonText({ runs: pastRuns }));
      return 0;
    }
    if (pastRuns.length === 0) {
      console.out(`there are no runs in ${dir}\n`);
      return 0;
    }
    const { openTable, wordColumn } = await import('../report/blocks.ts');
    const { renderHead } = await import('../report/render-terminal.ts');
    const isOptional = true as const;
    const columns: readonly Column<PastRun>[] = [
      wordColumn('folder', 'folder', (run) => run.folder),
      wordColumn('state', 'state', stateText),
      wordColumn('when', 'when', ({ createdAt }) => createdAt && dayTimeText(createdAt), {
        isOptional,
      }),
      wordColumn('profile', 'profile', ({ profile }) => profile, { isOptional }),
      wordColumn('targets', 'targets', ({ targets }) => targets?.toString(), { isOptional }),
      wordColumn('model', 'model', ({ model }) => model, { isOptional }),
      wordColumn('answer', 'found', answerText, { isBelow: true }),
    ];
    const report = { title: 'Runs', head: [openTable('Runs', columns, pastRuns)], sections: [] };
    console.outPainted(renderHead(report, console.outStyle));
    return 0;
  },
});

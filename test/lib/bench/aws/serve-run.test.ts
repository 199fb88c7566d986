import { setTimeout as sleep } from 'node:timers/promises';
import type { RunProgress } from '../../../../lib/bench/aws/run-progress.ts';
import { serveRun, type ServedRun } from '../../../../lib/bench/aws/serve-run.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ repeats: 1, scenarios: ['warm'] });

/** How far the run is when so many cells are finished. */
const after = (completed: number): RunProgress => ({
  runId: 'study',
  state: 'running',
  totalCells: 12,
  finishedCells: completed,
  pairs: [
    {
      pair: 1,
      state: 'running',
      cells: { total: 12, completed, failed: 0 },
      running: { what: 'a cell', step: 'serving-start' },
      secondsSoFar: 100,
      pendingUploads: 0,
      starts: 1,
    },
  ],
});

const pageWith = async ({ url }: ServedRun, text: string): Promise<string> => {
  for (;;) {
    const page = await (await fetch(url)).text();
    if (page.includes(text)) return page;
    await sleep(20);
  }
};

describe('the report of a run on node pairs as it grows', () => {
  let served: ServedRun;
  let reads: number;
  let read: () => Promise<typeof run | undefined>;

  beforeEach(async () => {
    reads = 0;
    read = async () => run;
    served = await serveRun(0, () => {
      reads += 1;
      return read();
    });
  });
  afterEach(() => served.stop());

  it('shows what the pairs have finished, and above it what each of them does', async () => {
    served.see(after(3));
    const page = await pageWith(served, 'verdict');

    expect(page).toMatch(/<p role="status"[^>]*>\[3\/12\] .*<br>pair 1: \[3\/12\] a cell/);
  });

  it('is not read for nobody, nor where no cell came', async () => {
    served.see(after(3));
    await pageWith(served, 'verdict');
    served.see(after(3));
    expect(reads).toBe(1);
    served.see(after(4));
    await served.stop();
    expect(reads).toBe(2);
    served.see(after(5));
    expect(reads).toBe(2);
  });

  it('shows how far the run is before a pair has finished a cell', async () => {
    read = async () => undefined;
    served.see(after(0));

    expect(await pageWith(served, 'starting the serving')).toContain('A run begins');
  });

  it('says why it cannot be read, and tries again', async () => {
    read = () => Promise.reject(new Error('the folder holds another run'));
    served.see(after(1));
    await pageWith(served, 'the report so far cannot be read: the folder holds another run');
    read = async () => run;
    served.see(after(1));

    expect(await pageWith(served, 'verdict')).not.toContain('cannot be read');
  });
});

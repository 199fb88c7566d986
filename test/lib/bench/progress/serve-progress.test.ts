import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  serveProgress,
  type ServedProgress,
} from '../../../../lib/bench/progress/serve-progress.ts';
import type { CellPlace } from '../../../../lib/bench/run/run-event.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const newFolder = useTemporaryFolders();
const run = recordedRun({ repeats: 1, scenarios: ['warm'] });
const [cell] = run.plan.cells;
const record = run.records.find((one) => one.kind === 'cell');
if (cell === undefined || record?.kind !== 'cell') throw new Error('no cells');

const failed = {
  kind: 'cell',
  state: 'failed',
  cell,
  startedAt: '2026-01-02T03:04:00.000Z',
  finishedAt: '2026-01-02T03:04:30.000Z',
  code: 'BENCH_X',
  message: 'left by nobody',
} as const;

const place: CellPlace = { number: 3, total: 12, cell, secondsLeft: 90 };

const begin = (served: ServedProgress, folder: string): void => {
  const counts = { finishedCells: 0, skippedCells: 0 };
  served.emit({ event: 'run-start', plan: run.plan, folder, total: 12, ...counts });
};

const pageOf = async ({ url }: ServedProgress): Promise<string> => (await fetch(url)).text();

const pageWith = async (served: ServedProgress, text: string): Promise<string> => {
  for (;;) {
    const page = await pageOf(served);
    if (page.includes(text)) return page;
    await sleep(20);
  }
};

const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the report of a run as it grows', () => {
  let served: ServedProgress;
  let folder: string;

  beforeEach(async () => {
    served = await serveProgress(0);
    folder = newFolder();
    await writeRecordedRunFolder(folder, { ...run, records: [] });
  });
  afterEach(() => served.stop());

  it('says what is prepared before there is anything to show, and asks the browser to come again', async () => {
    served.emit({ event: 'preparing', what: 'starting the middleware' });
    const response = await fetch(served.url);

    expect(response.headers.get('refresh')).toMatch(/^\d+$/);
    expect(await response.text()).toContain('starting the middleware');
  });

  it('shows the report of what was measured, and above it the cell that is measured now', async () => {
    begin(served, folder);
    await pageWith(served, '0 of');
    served.emit({ event: 'cell-end', ...place, record });
    served.emit({
      event: 'load',
      ...place,
      progress: {
        event: 'progress',
        phase: 'window',
        elapsedSeconds: 1,
        requestRatePerSecond: 23.4,
        p50Ms: 41,
        failed: 0,
      },
    });
    const page = await pageWith(served, '1 of');

    expect(page).toMatch(/<body><p role="status"[^>]*>\[ 3\/12\] 1 min 30 s left .* 23\.4 req\/s/);
  });

  it('is not drawn for nobody: only after a cell that somebody waits for', async () => {
    begin(served, folder);
    await pageWith(served, '0 of');
    served.emit({ event: 'cell-end', ...place, record });
    served.emit({
      event: 'cell-end',
      ...place,
      record: failed,
    });

    expect(await pageOf(served)).not.toContain('left by nobody');
    served.emit({ event: 'cell-end', ...place, record });
    expect(await pageOf(served)).toContain('1 of');
  });

  it('is for this machine only: no other name, no other page', async () => {
    expect(new URL(served.url).hostname).toBe('127.0.0.1');
    expect(await statusFor(served.url, 'elsewhere.example')).toBe(403);
    expect(await statusFor(`${served.url}etc/passwd`, '127.0.0.1')).toBe(404);
  });

  it('cannot have a port that another process listens on, and says which option to change', async () => {
    const { port } = new URL(served.url);

    await expect(serveProgress(Number(port))).rejects.toMatchObject({
      code: 'BENCH_PORT_TAKEN',
      hint: expect.stringContaining('--serve-progress'),
    });
  });
});

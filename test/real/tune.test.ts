import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { servingFactsOf } from '../../serving-configs/index.ts';
import { choosePorts } from '../../serving-configs/runtimes/ports.ts';
import { startBench } from '../support/bench-cli.ts';
import { oneOperatorModel } from '../support/onnx-models.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { describeOwn } from './support/own-model-run.ts';

const OFTEN_ENOUGH = '--repeats 1 --duration 500ms --warmup 200ms';

/** Runs a command to its end, and reads the summary that it prints. */
const summaryOf = async (command: string): Promise<Summary> => {
  const bench = startBench(`${command} --json`);
  await bench.ended;
  return (JSON.parse(bench.stdout()) as { readonly summary: Summary }).summary;
};

/** The settings in the finals of the first server. */
const settingsIn = ({ tuning }: Summary): ReadonlySet<string> =>
  new Set(tuning?.servers[0]?.finals.map(({ settings }) => JSON.stringify(settings)));

const isHealthy = async (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

describe('a search for the settings of Mosec', () => {
  const folder = path.join(newFolder(), 'run');
  let summary: Summary;

  beforeAll(async () => {
    const onnx = path.join(newFolder(), 'abs.onnx');
    writeFileSync(onnx, oneOperatorModel('Abs', ['n', 8]));
    const model = await describeOwn(onnx, newFolder());
    const settings = path.join(newFolder(), 'settings.yaml');
    writeFileSync(settings, 'maxBatch: 4\nbatchDelayMs: 2\n');
    summary = await summaryOf(
      `run --profile tune --slo-p99 100ms --runtime venv --servings mosec ${OFTEN_ENOUGH}
      --model ${model} --settings ${settings} --output ${folder}`,
    );
  });

  it('measures its settings and its defaults afresh, with the batches that it formed', () => {
    const [server] = summary.tuning?.servers ?? [];
    const finals = server?.finals ?? [];

    expect(summary.tuning?.isOver).toBe(true);
    expect(finals.map(({ settings }) => settings)).toEqual(
      expect.arrayContaining([
        'default',
        { instances: 1, threads: 1, maxBatch: 4, batchDelayMs: 2 },
      ]),
    );
    const batched = finals.find(({ settings }) => settings !== 'default');
    expect(batched?.meanBatch).toBeGreaterThan(1);
    expect(batched?.memoryMiB).toBeGreaterThan(20);
    expect(batched?.requestRatePerSecond.value).toBeGreaterThan(0);
  });

  it('writes the files of the best settings, and a script that starts the server with them unchanged', async () => {
    const tuned = path.join(folder, 'tuned/mosec');
    const script = readFileSync(path.join(tuned, 'start.sh'), 'utf8');
    const [port] = await choosePorts([0]);
    const url = `http://127.0.0.1:${port}/`;

    expect(readdirSync(tuned)).toEqual(expect.arrayContaining(['README.md', 'start.sh']));
    expect(readFileSync(path.join(tuned, 'README.md'), 'utf8').trim().split('\n')).toHaveLength(3);
    expect(script).not.toMatch(/serving-compare\.js|guard\.py/);
    expect(script).toContain(`PORT:-${servingFactsOf('mosec').rest.port}}`);
    const server = spawn(path.join(tuned, 'start.sh'), [String(port)], {
      stdio: 'ignore',
      detached: true,
    });
    try {
      while (!(await isHealthy(url))) {
        expect(server.exitCode).toBeNull();
        await sleep(100);
      }
    } finally {
      process.kill(-(server.pid ?? 0), 'SIGKILL');
    }
  });

  it('can be measured again from its run folder alone', async () => {
    const again = await summaryOf(
      `run --tuned ${folder} ${OFTEN_ENOUGH} --output ${path.join(newFolder(), 'again')}`,
    );
    const [best] = summary.tuning?.servers ?? [];

    expect(again.plan).toMatchObject({ profile: 'tune', runtime: 'venv' });
    expect(again.tuning?.p99Ms).toBe(100);
    expect(settingsIn(again)).toEqual(new Set(['"default"', JSON.stringify(best?.best.settings)]));
  });
});

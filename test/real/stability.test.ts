import { join } from 'node:path';
import { calibrationCheck } from '../../lib/bench/analysis/checks/calibration.ts';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import type { Fault } from '../../lib/bench/model/fault.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';
import { isTested, type FaultResult } from '../../lib/bench/stability/summary.ts';
import { runBench } from '../support/bench-cli.ts';
import { describedTwoByTwo } from '../support/described-model.ts';
import { processesMarked } from '../support/marked-processes.ts';
import { newFolder } from '../support/temporary-folder.ts';

const SERVINGS = ['torchserve', 'triton_onnx', 'flask'] as const;

describe('A run of the profile stability on real servers', () => {
  const results = new Map<string, FaultResult>();
  const on = (serving: string, fault: Fault): FaultResult | undefined =>
    results.get(`${serving} ${fault}`);

  beforeAll(async () => {
    const folder = join(newFolder(), 'run');
    const { exitCode, stdout, stderr } = await runBench(
      `run --runtime venv --profile stability --servings torchserve,triton_onnx,flask
      --repeats 1 --duration 1s --levels 2 --faults image-truncated,malformed-json,kill-worker
      --output ${folder}`,
    );
    const data = await readRunFolder(folder);
    const { stability, validity } = summarise(data);
    for (const { target, results: all } of stability?.targets ?? []) {
      for (const result of all.filter(isTested)) {
        results.set(`${target.serving} ${result.fault}`, result);
      }
    }

    // Calibration may fail while other tests run.
    const isAccurate = calibrationCheck(data.records).state === 'passed';

    const failedChecks = data.records.flatMap((record) =>
      record.kind === 'answer-check' && record.state === 'failed' ? record.reason : [],
    );

    expect({ exitCode, stderr, failedChecks, reasons: validity?.reasons }).toEqual({
      exitCode: isAccurate ? 0 : 1,
      stderr: expect.any(String),
      failedChecks: [],
      reasons: isAccurate ? [] : [expect.objectContaining({ code: 'calibration' })],
    });
    expect(stdout).toMatch(/^RESULT/m);
    expect(processesMarked(folder)).toEqual(new Map());
  }, 400_000);

  it.each(SERVINGS)('has a verdict for every fault on %s', (serving) => {
    const ofInput = serving === 'triton_onnx' ? 'malformed-json' : 'image-truncated';

    for (const fault of ['nothing', 'kill-worker', ofInput] as const) {
      expect(on(serving, fault)).toMatchObject({ fault, repeats: 1 });
    }
  });

  it.each(['torchserve', 'flask'] as const)(
    'finds that %s refuses half a JPEG and stays up',
    (serving) => {
      const { verdict, answers = [] } = on(serving, 'image-truncated') ?? {};

      expect(verdict).not.toBe('died');
      expect(answers.map(({ answer }) => answer)).toEqual([expect.stringMatching(/^[45]\d\d$/)]);
    },
  );

  it('finds that Triton refuses half of its JSON and stays up', () => {
    const { verdict, answers = [] } = on('triton_onnx', 'malformed-json') ?? {};

    expect(verdict).not.toBe('died');
    expect(answers.map(({ answer }) => answer)).toEqual([expect.stringMatching(/^[45]\d\d$/)]);
  });

  it('finds that Triton, a single process, dies with its worker, and that TorchServe replaces its worker', () => {
    expect(on('triton_onnx', 'kill-worker')?.verdict).toBe('died');
    expect(on('torchserve', 'kill-worker')).toMatchObject({ processesLost: 0 });
    expect(on('torchserve', 'kill-worker')?.verdict).not.toBe('died');
  });
});

describe("A user's model on real servers", () => {
  it('is refused by servers if a request is cut off, over every protocol', async () => {
    const folder = newFolder();
    const run = join(folder, 'run');
    await runBench(
      `run --model ${describedTwoByTwo(folder)} --output ${run}
      --runtime venv --profile stability --servings triton_onnx,mlserver
      --protocols rest,grpc --faults malformed-json,malformed-protobuf
      --repeats 1 --duration 0.5s --warmup 0.2s --levels 1`,
    );
    const { targets = [] } = summarise(await readRunFolder(run)).stability ?? {};
    const tested = targets.flatMap(({ results: all }) =>
      all.filter(isTested).filter(({ fault }) => fault !== 'nothing'),
    );

    expect(targets).toHaveLength(4);
    expect(tested).toHaveLength(4);
    for (const { verdict, answers } of tested) {
      expect(verdict).not.toBe('died');
      expect(answers.map(({ answer }) => answer)).toEqual([
        expect.stringMatching(/^([45]\d\d|[A-Z_]{4,})$/),
      ]);
    }
  }, 400_000);
});

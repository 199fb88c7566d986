import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ServingName } from '../../../../serving-configs/index.ts';
import { readGivenModel } from '../../../../serving-configs/models/model.ts';
import { writeContainer } from '../../../../serving-configs/runtimes/docker/write-container.ts';
import { twoByTwoModel } from '../../../support/onnx-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { tensor, writeTensorModel } from '../../../support/user-model.ts';
import { writeProgram } from '../../../support/write-program.ts';

const IMAGE = `example/one@sha256:${'a'.repeat(64)}`;
const SETTINGS = { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 5 };

/** The model, and a folder with a program in place of Docker that prints its arguments. */
const prepare = async () => {
  const folder = newFolder();
  const request = [
    tensor('ids', 'INT64', [1, 3], [1, 2, 3]),
    tensor('weights', 'FP32', [1, 3], [0, 0.5, 1]),
  ];
  const { file } = await writeTensorModel(folder, twoByTwoModel(), [request]);
  const programs = newFolder();
  writeProgram(
    path.join(programs, 'docker'),
    'console.log(JSON.stringify(process.argv.slice(2)));',
  );
  return { model: readGivenModel(file), programs };
};

/** Writes the files of a server, and returns the arguments with which their script runs Docker. */
const written = async (serving: ServingName, ...args: readonly string[]) => {
  const { model, programs } = await prepare();
  const folder = path.join(newFolder(), 'tuned');
  const options = { serving, image: IMAGE, accelerator: 'cpu', settings: SETTINGS, model } as const;
  await writeContainer(options, folder, ['What it is.']);
  const env = { ...process.env, PATH: `${programs}:${process.env.PATH}` };
  const script = path.join(folder, 'start.sh');
  const { stdout } = await promisify(execFile)(script, [...args], { env });
  return { folder, model, run: JSON.parse(stdout) as readonly string[] };
};

/** The values of an option. */
const valuesOf = (run: readonly string[], option: string): readonly string[] =>
  run.flatMap((word, at) => (word === option ? (run[at + 1] ?? []) : []));

describe('the files of a container with its settings', () => {
  it('are those that it is started with, under the names that it reads them by', async () => {
    const { folder, model, run } = await written('mlserver');
    const mounts = valuesOf(run, '--mount');

    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(['settings.json', 'model-settings.json', 'start.sh']),
    );
    expect(JSON.parse(readFileSync(path.join(folder, 'settings.json'), 'utf8'))).toMatchObject({
      parallel_workers: SETTINGS.instances,
    });
    expect(mounts).toContain(
      `type=bind,source=${folder}/settings.json,target=/serving/mlserver/settings.json,readonly`,
    );
    expect(mounts).toContain(
      `type=bind,source=${model.formats.onnx},target=/models/model.onnx,readonly`,
    );
  });

  it('have a script that runs the image on its own ports, which ends with the container', async () => {
    const { run } = await written('triton_onnx');

    expect(run.slice(0, 3)).toEqual(['run', '--name', 'tuned-triton-onnx']);
    expect(run).toEqual(expect.arrayContaining(['--rm', '--init', IMAGE, 'tritonserver']));
    expect(valuesOf(run, '--publish')).toEqual([
      '127.0.0.1:8000:8000/tcp',
      '127.0.0.1:8001:8001/tcp',
      '127.0.0.1:8002:8002/tcp',
    ]);
    // A later run would remove a container that looks like its own.
    expect(run).not.toContain('--label');
  });

  it('are published on another port if their script gets one', async () => {
    const { run } = await written('flask', '9000');

    expect(valuesOf(run, '--publish')).toEqual(['127.0.0.1:9000:8080/tcp']);
  });
});

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child.ts';
import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import { indexOf } from '../../../serving-configs/models/labels.ts';
import { awaitPlatform } from '../../../serving-configs/runtimes/venv/await-platform.ts';
import {
  environmentAt,
  readInstalled,
} from '../../../serving-configs/runtimes/venv/environments.ts';
import {
  startGuarded,
  type GuardedProcess,
} from '../../../serving-configs/runtimes/venv/guarded-process.ts';
import { choosePorts } from '../../../serving-configs/runtimes/ports.ts';
import { modelServed } from '../../../serving-configs/runtimes/served-model.ts';
import { readRequirements } from '../../../serving-configs/runtimes/venv/requirements.ts';
import type { VenvProbe } from '../../../serving-configs/runtimes/venv/venv-facts.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';

jest.setTimeout(120_000);

const root = path.resolve(import.meta.dirname, '../../..');
const cacheFolder = path.join(root, '.cache');
const temporaryFolder = useTemporaryFolders();
const READY_MS = 60_000;
const ESPRESSO = 967;

interface Place {
  readonly python: string;
  readonly bin: string;
  readonly packages: string;
  /** The folder of the run. */
  readonly work: string;
  /** What a container would have mounted. */
  readonly models: string;
  readonly ports: readonly number[];
}

interface Pack {
  readonly serving: ServingName;
  readonly environment: string;
  readonly path: string;
  readonly ready: VenvProbe;
  /** What `settings` in the folder of the run says. */
  readonly settings?: (place: Place) => string;
  /** Where the model is, as the container is told it. */
  readonly file: (place: Place) => string;
  readonly command: (place: Place) => readonly string[];
  /** The class that the answer puts first. */
  readonly first: (answer: unknown) => number | undefined;
}

/** As in their containers, but on loopback. */
const packs: readonly Pack[] = [
  {
    serving: 'mms',
    environment: 'jvm',
    path: '/predictions/resnet-50',
    ready: { port: 'rest', path: '/predictions/resnet-50', predict: true },
    settings: ({ ports: [rest, management] }) =>
      `inference_address=http://127.0.0.1:${rest}\n` +
      `management_address=http://127.0.0.1:${management}\ndefault_workers_per_model=1\n`,
    file: () => 'model.onnx',
    command: ({ python, packages, work, models }) => [
      'java',
      '-Xmx512m',
      `-Dmodel_server_home=${packages}`,
      `-Djava.io.tmpdir=${work}/tmp`,
      '-cp',
      `.:${packages}/mms/frontend/*`,
      'com.amazonaws.ml.mms.ModelServer',
      '--python',
      python,
      '-f',
      `${work}/settings`,
      '-s',
      models,
      '-m',
      'resnet-50=resnet-50.mar',
    ],
    first: (answer) => indexOf(Object.keys(answer as object)[0] ?? ''),
  },
  {
    serving: 'bentoml',
    environment: 'python',
    path: '/predict',
    ready: { port: 'rest', path: '/readyz' },
    file: ({ models }) => `${models}/resnet-50/src/model.onnx`,
    command: ({ bin, models, ports: [port] }) => [
      `${bin}/bentoml`,
      'serve',
      `${models}/resnet-50`,
      '--host=127.0.0.1',
      `--port=${port}`,
    ],
    first: (answer) =>
      (answer as { readonly predictions: readonly { readonly class: number }[] }).predictions[0]
        ?.class,
  },
];

/** What a platform finds in its environment: nothing of the project is on Python's path. */
const variablesOf = (pack: Pack, place: Place): Readonly<Record<string, string | undefined>> => ({
  ...process.env,
  PATH: `${place.bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
  HOME: place.work,
  TMPDIR: path.join(place.work, 'tmp'),
  BENTOML_DO_NOT_TRACK: 'True',
  ORT_DISABLE_TELEMETRY: '1',
  SERVED_MODEL: JSON.stringify({
    ...modelServed(manifestOf(pack.serving).model),
    file: pack.file(place),
    engine: 'onnx',
    threads: 1,
    labels: 'labels.txt',
  }),
});

const start = async (pack: Pack, models: string): Promise<[GuardedProcess, string]> => {
  const requirements = await readRequirements(pack.environment);
  const environment = environmentAt(cacheFolder, pack.environment);
  const installed = await readInstalled(environment, requirements);
  if (installed === undefined)
    throw new Error('npx serving-compare setup has not installed its packages');
  const [rest = 0, management = 0] = await choosePorts([0, 0]);
  const work = mkdtempSync(path.join(tmpdir(), 'pack-'));
  mkdirSync(path.join(work, 'tmp'));
  const { python, bin } = environment;
  const { packages } = installed;
  const place: Place = { python, bin, packages, work, models, ports: [rest, management] };
  writeFileSync(path.join(work, 'settings'), pack.settings?.(place) ?? '');
  const guarded = startGuarded(
    {
      python,
      command: pack.command(place),
      variables: variablesOf(pack, place),
      stop: { signal: 'group', graceSeconds: 10 },
    },
    work,
    path.join(work, 'output.log'),
  );
  const ports = { rest, grpc: undefined, own: { management } };
  if (!(await awaitPlatform(pack.ready, ports, AbortSignal.timeout(READY_MS)))) {
    guarded.stop();
    throw new Error(`${pack.serving} did not answer: ${(await guarded.ended).words}`);
  }
  return [guarded, `http://127.0.0.1:${rest}`];
};

describe('what a real platform reads in one piece', () => {
  let output: string;

  beforeAll(async () => {
    output = temporaryFolder();
    const only = packs.map(({ serving }) => `servings/${serving}`).join(',');
    const script = 'serving-configs/models/build.ts';
    const args = ['--weights', 'lite0', '--output', output, '--only', only];
    await promisify(execFile)(process.execPath, [...TYPESCRIPT_LOADER, script, ...args], {
      cwd: root,
    });
  });

  it.each(packs)('is all that $serving needs to see an espresso', async (pack) => {
    const [guarded, url] = await start(pack, path.join(output, 'servings', pack.serving));
    try {
      const response = await fetch(`${url}${pack.path}`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: readFileSync(path.join(root, 'k6/images/coffee.jpg')),
      });

      expect(response.status).toBe(200);
      expect(pack.first(await response.json())).toBe(ESPRESSO);
    } finally {
      guarded.stop();
      await guarded.ended;
    }
  });
});

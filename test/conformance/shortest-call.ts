import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { codecOf } from '../../middleware/servings/index.ts';
import { classesOf } from '../../middleware/servings/top-five.ts';
import { servingFactsOf, usageOf } from '../../serving-configs/index.ts';
import { classifierOf } from '../support/codec-inputs.ts';
import { imagesDir } from '../support/middleware.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { inputOf, probeOf } from './probes.ts';
import { IMAGES } from './session.ts';
import type { Session } from './target.ts';

/** An espresso. For the cat, the scores of two breeds are too similar after different decoders. */
const [, IMAGE] = IMAGES;

/** Writes the files that the calls in manifests name. */
const writeInputs = async ({ serving, ways }: Session, folder: string): Promise<void> => {
  const imageFile = path.join(imagesDir, IMAGE);
  await copyFile(imageFile, path.join(folder, 'cat.jpg'));
  const file = /\bcat\.(?:json|ndlist)\b/.exec(usageOf(serving).call)?.[0];
  const wanted = file === 'cat.json' ? 'json' : 'raw';
  const numbers = ways.find(({ protocol, encoding }) => protocol === 'rest' && encoding === wanted);
  if (file === undefined || numbers === undefined) return;
  const { body } = probeOf(
    serving,
    numbers,
    await inputOf(serving, numbers, await readFile(imageFile)),
    'numbers',
  );
  await writeFile(path.join(folder, file), body);
};

/** Describes the shortest call in the manifest, a shell command, which is run with another port. */
export const describeShortestCall = (session: Session): void => {
  const { serving } = session;
  const { rest } = servingFactsOf(serving);
  const usage = usageOf(serving);

  it('answers the shortest call of its manifest correctly', async () => {
    const folder = newFolder();
    await writeInputs(session, folder);
    const line = usage.call
      .replace(`localhost:${rest.port}/`, `${session.started().urls.rest}/`)
      .replace(/\bcurl /, 'curl --silent --show-error --fail --output answer ');
    await promisify(execFile)('sh', ['-c', line], { cwd: folder });
    const body = await readFile(path.join(folder, 'answer'));
    const payload = usage.call.includes('cat.jpg') ? 'image' : 'tensor';
    const headers = { 'content-type': 'application/json' };
    const model = classifierOf(serving);
    const answer = codecOf(serving).rest.decode({ headers, body }, model, payload);
    const [best] = classesOf(answer, model);

    expect(best?.class).toBe(session.expected(payload, IMAGE)[0]?.class);
  });
};

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { DirectAnswers } from '../../../../lib/bench/run/direct.ts';
import { checkOddImages, oddImagesDir } from '../../../../lib/bench/run/answer-check.ts';
import { recordedTargets } from '../../../support/recorded-run.ts';

const [target] = recordedTargets();

const top = [{ class: 7, score: 0.5 }];
const answers: DirectAnswers = {
  model: { file: 'model', sha256: '', trained: false },
  files: ['four-inks.jpg', 'grey.jpg'],
  topOf: () => [top, top],
};
const request = {
  target,
  engine: 'onnx',
  tolerance: 0.01,
  trained: false,
  timeoutMs: 5000,
  signal: new AbortController().signal,
} as const;

describe('the odd images', () => {
  it('are sent to the target, and one that it cannot read is told and stops nothing', async () => {
    const grey = await readFile(join(oddImagesDir, 'grey.jpg'));
    const server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        response.statusCode = Buffer.concat(chunks).equals(grey) ? 500 : 200;
        response.end(JSON.stringify(response.statusCode === 200 ? { top } : { message: 'L mode' }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const middlewareUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const images = await checkOddImages({ ...request, middlewareUrl }, answers);

      expect(images).toEqual([
        { file: 'four-inks.jpg', expectedClass: 7, answeredClass: 7, largestRelativeDifference: 0 },
        { file: 'grey.jpg', expectedClass: 7, error: '500  L mode' },
      ]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('are not sent where nobody looks at them or the correct answers are not known', async () => {
    const nobody = { ...request, engine: 'noop', middlewareUrl: 'http://127.0.0.1:9' } as const;

    expect(await checkOddImages(nobody, answers)).toBeUndefined();
    expect(await checkOddImages({ ...nobody, engine: 'onnx' }, undefined)).toBeUndefined();
  });
});

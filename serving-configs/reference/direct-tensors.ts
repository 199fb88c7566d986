/**
 * Computes the correct answers of a user's model to a folder of requests directly, without a server. Writes the answers to a folder and
 * prints their hashes and the shortest time of an answer as one JSON document. Fails if the first answer differs when it is computed again.
 * `node serving-configs/reference/direct-tensors.ts --model FILE.onnx --requests DIR --answers DIR`
 */
import './onnx/no-telemetry.ts';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Of } from '../models/built-folder.ts';
import type { ResolvedCheck } from '../models/tensors/compare-tensors.ts';
import { folder, text } from '../options/kinds.ts';
import { readProgram } from '../options/program.ts';
import { openTensorSession } from './onnx/tensor-session.ts';
import { userModelOption } from './options.ts';
import { printDocument } from './print-document.ts';
import { answerTensors, assertSameAnswer } from './tensor-answer.ts';

const command = {
  name: 'direct-tensors.ts',
  description: "Computes the answers of a user's model to a folder of requests without a server.",
  options: {
    model: userModelOption,
    requests: { kind: folder, description: 'request bodies: *.tensors', required: true },
    answers: { kind: folder, description: 'where the answers go', required: true },
    checks: {
      kind: text('JSON', 'checks by output, as JSON'),
      description: 'how the answer to the first request is compared when it is computed again',
      default: '{}',
    },
  },
} as const;

printDocument(async (args) => {
  const { model, requests, answers: target, checks } = readProgram(command, args);
  const files = (await readdir(requests)).filter((name) => name.endsWith('.tensors')).toSorted();
  const opened = await openTensorSession(path.resolve(model));
  let fastestMs = Infinity;
  const session = {
    ...opened,
    run: async (inputs: Parameters<typeof opened.run>[0]) => {
      const startedMs = performance.now();
      const outputs = await opened.run(inputs);
      fastestMs = Math.min(fastestMs, performance.now() - startedMs);
      return outputs;
    },
  };
  await mkdir(target, { recursive: true });
  const answers = [];
  for (const file of files) {
    const body = await answerTensors(path.join(requests, file), session);
    await writeFile(path.join(target, file), body);
    if (answers.length === 0) {
      await assertSameAnswer(
        path.join(requests, file),
        body,
        session,
        JSON.parse(checks) as Readonly<Record<string, ResolvedCheck>>,
      );
    }
    answers.push({ file, sha256: sha256Of(body) });
  }
  await session.close();
  return { answers, fastestMs };
});

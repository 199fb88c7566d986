/**
 * Prints the named inputs and outputs of an ONNX file as one JSON document:
 * `node serving-configs/reference/describe-model.ts --model FILE.onnx`. If ONNX Runtime cannot run the file, it fails and says why.
 */
import './onnx/no-telemetry.ts';
import path from 'node:path';
import { file } from '../options/kinds.ts';
import { readProgram } from '../options/program.ts';
import { openTensorSession } from './onnx/tensor-session.ts';
import { printDocument } from './print-document.ts';

printDocument(async (args) => {
  const { model } = readProgram(
    {
      name: 'describe-model.ts',
      description: 'Prints the named inputs and outputs of an ONNX file.',
      options: { model: { kind: file('FILE.onnx'), description: 'the model', required: true } },
    },
    args,
  );
  const session = await openTensorSession(path.resolve(model));
  await session.close();
  return { inputs: session.inputs, outputs: session.outputs };
});

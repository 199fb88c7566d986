/**
 * Tells which named tensors an ONNX file takes and gives: `node serving-configs/reference/describe-model.ts --model FILE.onnx`.
 * Prints one JSON document; says what is wrong where ONNX Runtime cannot serve the file.
 */
import './onnx/no-telemetry.ts';
import path from 'node:path';
import { readProgram } from '../options/program.ts';
import { openTensorSession } from './onnx/tensor-session.ts';
import { userModelOption } from './options.ts';
import { printDocument } from './print-document.ts';

printDocument(async (args) => {
  const { model } = readProgram(
    {
      name: 'describe-model.ts',
      description: 'Tells which named tensors an ONNX file takes and gives.',
      options: { model: userModelOption },
    },
    args,
  );
  const session = await openTensorSession(path.resolve(model));
  await session.close();
  return { inputs: session.inputs, outputs: session.outputs };
});

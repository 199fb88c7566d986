/**
 * Computes what ONNX files give, in a process of its own: ONNX Runtime does not take the arrays of a test runner's world.
 * Reads a list of `{file, shape, values}` from standard input, writes the list of outputs to standard output.
 */
import '../../../../serving-configs/reference/onnx/no-telemetry.ts';
import { text } from 'node:stream/consumers';
import { InferenceSession, Tensor } from 'onnxruntime-node';

interface Task {
  readonly file: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const outputs = [];
for (const { file, shape, values } of JSON.parse(await text(process.stdin)) as readonly Task[]) {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const results = await session.run({
    [session.inputNames[0] ?? '']: new Tensor('float32', Float32Array.from(values), shape),
  });
  const output = results[session.outputNames[0] ?? ''];
  outputs.push({
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    shape: output?.dims,
    values: Array.from((output?.data ?? []) as Float32Array),
  });
}
process.stdout.write(JSON.stringify(outputs));

/**
 * Computes what ONNX files give, in a process of its own: ONNX Runtime does not take the arrays of a test runner's world.
 * Reads a list of `{file, type, shape, values}` from standard input, writes the list of outputs to standard output.
 */
import '../../../../serving-configs/reference/onnx/no-telemetry.ts';
import { text } from 'node:stream/consumers';
import { InferenceSession, Tensor } from 'onnxruntime-node';

interface Task {
  readonly file: string;
  readonly type: 'float32' | 'uint8';
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const outputs = [];
for (const { file, type, shape, values } of JSON.parse(
  await text(process.stdin),
) as readonly Task[]) {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const data = type === 'uint8' ? Uint8Array.from(values) : Float32Array.from(values);
  const results = await session.run({
    [session.inputNames[0] ?? '']: new Tensor(type, data as Float32Array, shape),
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

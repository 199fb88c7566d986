import { renamed } from '../../models/tensors/placed-tensors.ts';
import type { TensorModel } from '../../models/tensors/tensor-model.ts';
import type { InferenceCall } from '../wire.ts';

/** A call whose protocol has places for tensors, in front of a model that knows their names. */
export const placedCall = <Answer>(
  call: InferenceCall<Answer>,
  model: TensorModel,
  placed: TensorModel,
): InferenceCall<Answer> => ({
  ...call,
  read: (body) => {
    const input = call.read(body);
    return input.kind === 'tensors'
      ? { ...input, tensors: renamed(input.tensors, placed.inputs, model.inputs) }
      : input;
  },
  render: (form, output) =>
    call.render(
      form,
      output instanceof Float32Array ? output : renamed(output, model.outputs, placed.outputs),
    ),
});

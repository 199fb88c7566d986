import { codecOf } from '../../middleware/servings/index.ts';
import type { InferenceTarget } from '../../middleware/targets.ts';
import { tensorWork } from '../../middleware/work.ts';
import { manifestOf, RESNET50, type ServingName } from '../../serving-configs/index.ts';
import { servedModelOf } from '../../serving-configs/models/served-model.ts';
import { readTensors, writeTensors } from '../../serving-configs/models/tensors/tensor-body.ts';
import { answerOf, bodyOf } from '../support/describe-codec.ts';
import { inputs, outputs, userModel } from '../support/middleware-model.ts';
import { plain } from '../support/user-model.ts';

/** The work on the inputs of a user's model for a serving over REST. */
const workFor = (serving: ServingName) => {
  const target = {
    payload: 'tensors',
    encoding: 'binary',
    codec: codecOf(serving).rest,
    model: userModel,
    served: servedModelOf(manifestOf(serving, RESNET50).model, userModel),
  } as unknown as InferenceTarget;
  const { body } = writeTensors(inputs, 'inputs', 'binary');
  return tensorWork(target, { headers: {}, body: Buffer.concat(body) });
};

describe('The work on named inputs', () => {
  it('numbers them for a server that knows tensors by position, whatever their order in the upload', async () => {
    const encode = await workFor('triton_pytorch').decode();
    const { tensors, head } = readTensors(bodyOf(encode()), 'inputs');

    // The upload has mask, ids, scale.
    expect(plain(tensors)).toEqual(
      plain(inputs.map((input, index) => ({ ...input, name: `INPUT__${[1, 0, 2][index]}` }))),
    );
    expect(head['outputs']).toMatchObject([{ name: 'OUTPUT__0' }, { name: 'OUTPUT__1' }]);
  });

  it('gives numbered outputs the names of the model', () => {
    const numbered = outputs
      .map((output, index) => ({ ...output, name: `OUTPUT__${index}` }))
      .toReversed();
    const { body } = writeTensors(numbered, 'outputs', 'binary');
    const { tensors } = workFor('triton_pytorch').parse(answerOf(Buffer.concat(body)));

    expect(plain(tensors)).toEqual(plain(outputs.toReversed()));
  });

  it('keeps the names for a server that knows tensors by name', async () => {
    const encode = await workFor('triton_onnx').decode();

    expect(plain(readTensors(bodyOf(encode()), 'inputs').tensors)).toEqual(plain(inputs));
  });
});

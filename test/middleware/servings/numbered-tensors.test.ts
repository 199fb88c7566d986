import { codecOf } from '../../../middleware/servings/index.ts';
import { numberedCodec } from '../../../middleware/servings/numbered-tensors.ts';
import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import { readTensors, writeTensors } from '../../../serving-configs/models/tensors/tensor-body.ts';
import { answerOf, bodyOf } from '../../support/describe-codec.ts';
import { inputs, outputs, userModel } from '../../support/middleware-model.ts';
import { plain } from '../../support/user-model.ts';

const codecFor = (serving: ServingName) => {
  const codec = codecOf(serving).tensors?.rest;
  if (codec === undefined) throw new Error(`${serving} takes no tensors`);
  return { codec, numbered: numberedCodec(codec, manifestOf(serving).model, userModel) };
};

describe('A server that knows tensors by position instead of by name', () => {
  const { numbered } = codecFor('triton_pytorch');

  it('gets the inputs by their position in the model, whatever their order in the request', () => {
    const request = numbered.encode(inputs, 'json', userModel);
    const { tensors, head } = readTensors(bodyOf(request), 'inputs');

    // The request has mask, ids, scale.
    expect(plain(tensors)).toEqual(
      plain(inputs.map((input, index) => ({ ...input, name: `INPUT__${[1, 0, 2][index]}` }))),
    );
    expect(head['outputs']).toEqual([{ name: 'OUTPUT__0' }, { name: 'OUTPUT__1' }]);
  });

  it('answers with the names of the model', () => {
    const numberedOutputs = outputs
      .map((output, index) => ({ ...output, name: `OUTPUT__${index}` }))
      .toReversed();
    const answer = answerOf(Buffer.concat(writeTensors(numberedOutputs, 'outputs', 'binary').body));

    expect(plain(numbered.decode(answer, userModel))).toEqual(plain(outputs.toReversed()));
  });

  it('needs a codec of its own, unlike a server that knows them by name', () => {
    const { codec, numbered: same } = codecFor('triton_onnx');

    expect(same).toBe(codec);
  });
});

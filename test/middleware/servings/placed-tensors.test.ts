import { codecOf } from '../../../middleware/servings/index.ts';
import { placedCodec } from '../../../middleware/servings/placed-tensors.ts';
import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import { readTensors, writeTensors } from '../../../serving-configs/models/tensors/tensor-body.ts';
import { answerOf, bodyOf } from '../../support/describe-codec.ts';
import { inputs, outputs, userModel } from '../../support/middleware-model.ts';
import { plain } from '../../support/user-model.ts';

const codecFor = (serving: ServingName) => {
  const codec = codecOf(serving).tensors?.rest;
  if (codec === undefined) throw new Error(`${serving} takes no tensors`);
  return { codec, placed: placedCodec(codec, manifestOf(serving).model, userModel) };
};

describe('A server that has places for tensors instead of names', () => {
  const { placed } = codecFor('triton_pytorch');

  it('gets each input in its place in the model, in whatever order it came', () => {
    const request = placed.encode(inputs, 'json', userModel);
    const { tensors, head } = readTensors(bodyOf(request), 'inputs');

    // They came as mask, ids, scale.
    expect(plain(tensors)).toEqual(
      plain(inputs.map((input, at) => ({ ...input, name: `INPUT__${[1, 0, 2][at]}` }))),
    );
    expect(head['outputs']).toEqual([{ name: 'OUTPUT__0' }, { name: 'OUTPUT__1' }]);
  });

  it('answers with the names of the model', () => {
    const said = outputs.map((output, at) => ({ ...output, name: `OUTPUT__${at}` })).toReversed();
    const answer = answerOf(Buffer.concat(writeTensors(said, 'outputs', 'binary').body));

    expect(plain(placed.decode(answer, userModel))).toEqual(plain(outputs.toReversed()));
  });

  it('is not a server that has names', () => {
    const { codec, placed: same } = codecFor('triton_onnx');

    expect(same).toBe(codec);
  });
});

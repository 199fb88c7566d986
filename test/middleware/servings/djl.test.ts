import djl from '../../../middleware/servings/djl.ts';
import { MalformedAnswer, type ServingResponse } from '../../../middleware/servings/serving.ts';
import type { NamedTensor } from '../../../serving-configs/models/tensors/tensor-body.ts';
import { tensorsFromNdList } from '../../../serving-configs/platforms/djl/messages.ts';
import { readOutputs, tensorsInput } from '../../support/codec-inputs.ts';
import { answerOf, bodyOf, describeCodec, floatsOf } from '../../support/describe-codec.ts';
import {
  ids,
  inputs,
  label,
  outputs,
  scores,
  servedUserModel,
} from '../../support/middleware-model.ts';
import { ndListOf } from '../../support/nd-list.ts';
import { plain, tensor } from '../../support/user-model.ts';

const answer = (tensors: readonly NamedTensor[]): ServingResponse => answerOf(ndListOf(tensors));

const output = (values: readonly number[]): NamedTensor =>
  tensor('output', 'FP32', [1, 1000], values);

const flat = Array.from({ length: 1000 }, () => 0.001);

describeCodec({
  serving: 'djl',
  rest: {
    readBack: (request) => {
      const [input, ...others] = tensorsFromNdList(bodyOf(request));
      expect(input).toMatchObject({ name: 'input', datatype: 'FP32' });
      expect([request.path, others]).toEqual(['/predictions/resnet-50', []]);
      return floatsOf(input?.bytes ?? new Uint8Array());
    },
    answers: {
      'an NDList': (probabilities) =>
        answer([output(probabilities.map((score) => Math.log(score) + 40))]),
    },
    malformed: {
      'no output': answer([]),
      'another name': answer([{ ...output(flat), name: 'other' }]),
      'another shape': answer([{ ...output(flat), shape: [1, 999] }]),
      'another type': answer([{ ...output(flat), datatype: 'INT32' }]),
      NaN: answer([output(flat.with(3, Number.NaN))]),
    },
  },
});

describe('The codec of DJL Serving for the tensors of a user’s model', () => {
  const request = djl.rest.encode(tensorsInput(inputs), 'raw', servedUserModel);

  it('carries them unchanged, without a copy of their values', () => {
    expect(plain(tensorsFromNdList(bodyOf(request)))).toEqual(plain(inputs));
    expect(request.body.includes(ids.bytes)).toBe(true);
    expect(request).toMatchObject({
      path: `/predictions/${servedUserModel.name}`,
      headers: { 'content-type': 'tensor/ndlist' },
    });
  });

  it('reads them', () => {
    const read = readOutputs(djl.rest, answer(outputs), servedUserModel);

    expect(plain(read)).toEqual(plain(outputs));
  });

  it.each([
    ['a missing output', [scores]],
    ['an output twice', [scores, scores]],
    ['another name', [scores, { ...label, name: 'other' }]],
  ])('rejects %s', (_, wrong) => {
    expect(() => readOutputs(djl.rest, answer(wrong), servedUserModel)).toThrow(MalformedAnswer);
  });
});

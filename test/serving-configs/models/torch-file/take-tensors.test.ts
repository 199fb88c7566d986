import { takeTensors } from '../../../../serving-configs/models/torch-file/take-tensors.ts';
import { UnreadableFile } from '../../../../serving-configs/models/torch-file/byte-reader.ts';

const values = Float32Array.of(1, 2);
const taker = () => takeTensors(new Map([['a', { shape: [2, 1], values }]]), 'OurNet');

describe('tensors that a network takes', () => {
  it('are handed out where name and shape fit, and then none is left', () => {
    const { take, demandNoOthers } = taker();

    expect(take('a', [2, 1])).toBe(values);
    expect(demandNoOthers).not.toThrow();
  });

  it.each([
    ['is missing', 'b', [2, 1], 'the weights have no tensor "b"'],
    ['has another shape', 'a', [2], 'the tensor "a" is [2,1], OurNet has [2]'],
  ])('are refused where one %s', (_, name, shape, message) => {
    expect(() => taker().take(name, shape)).toThrow(new UnreadableFile(message));
  });

  it('are refused where one is too many', () => {
    expect(taker().demandNoOthers).toThrow('OurNet has no tensor "a"; these are other weights');
  });
});

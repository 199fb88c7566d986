import { CLASS_COUNT, indexOf, labelOf } from '../../../serving-configs/models/labels.ts';

describe('the ImageNet labels', () => {
  it('name a thousand classes, each differently', () => {
    const labels = Array.from({ length: CLASS_COUNT }, (_, index) => labelOf(index));

    expect(new Set(labels).size).toBe(1000);
  });

  it.each([
    [0, 'tench'],
    [281, 'tabby'],
    [999, 'toilet tissue'],
  ])('know class %i as %s, both ways', (index, label) => {
    expect(labelOf(index)).toBe(label);
    expect(indexOf(label)).toBe(index);
  });

  it('refuse an index that is none', () => {
    expect(() => labelOf(1000)).toThrow(RangeError);
    expect(() => labelOf(-1)).toThrow(RangeError);
  });

  it('have no index for a name that is none', () => {
    expect(indexOf('flying saucer')).toBeUndefined();
  });
});

import { predictionsJson } from '../../../../serving-configs/protocols/predict-route/call.ts';

/** Scores of a thousand classes, of which only these are not zero. */
const scoresOf = (entries: Readonly<Record<number, number>>): Float32Array => {
  const scores = new Float32Array(1000);
  for (const [index, score] of Object.entries(entries)) scores[Number(index)] = score;
  return scores;
};

describe('the predictions of an application', () => {
  it('are the five best classes, best first', () => {
    const scores = scoresOf({ 999: 0.5, 7: 0.25, 281: 0.125, 0: 0.0625, 500: 0.03125, 3: 0.01 });

    expect(predictionsJson(scores)).toBe(
      '{"predictions":[{"class":999,"score":0.5},{"class":7,"score":0.25},' +
        '{"class":281,"score":0.125},{"class":0,"score":0.0625},{"class":500,"score":0.03125}]}',
    );
  });

  it('name the lower of two equal classes first', () => {
    const { predictions } = JSON.parse(predictionsJson(scoresOf({ 900: 0.2, 40: 0.2 }))) as {
      readonly predictions: readonly { readonly class: number }[];
    };

    expect(predictions.map((one) => one.class)).toEqual([40, 900, 0, 1, 2]);
  });

  it('carry 32-bit floats to the last digit', () => {
    const score = Math.fround(0.41);

    expect(predictionsJson(scoresOf({ 281: score }))).toContain('"score":0.4099999964237213}');
    expect(Math.fround(Number('0.4099999964237213'))).toBe(score);
  });

  it('show where there are no numbers, and no classes', () => {
    expect(predictionsJson(new Float32Array(1000).fill(Number.NaN))).toContain('"score":NaN');
    expect(predictionsJson(new Float32Array(0))).toBe('{"predictions":[]}');
  });
});

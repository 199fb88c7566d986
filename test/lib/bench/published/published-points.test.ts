import { endpointOf, measuredInStudy } from '../../../../serving-configs/index.ts';
import {
  publishedSeries,
  publishedSeriesOf,
} from '../../../../lib/bench/published/published-points.ts';

describe('The published points', () => {
  it('belong to the servings of the study, with payloads that these accept', () => {
    expect(new Set(publishedSeries.map(({ target }) => target.serving))).toEqual(
      new Set(measuredInStudy),
    );
    for (const { target } of publishedSeries) {
      const payloads: object = endpointOf(target.serving, target.protocol)?.payloads ?? {};
      expect(payloads).toHaveProperty(target.payload, expect.arrayContaining([target.encoding]));
    }
  });

  it('agree with Little’s law except for the points with a note', () => {
    const implausible = publishedSeries.flatMap(({ notes, points }) =>
      points.filter(({ virtualUsers, requestRatePerSecond, medianMs }) => {
        if (requestRatePerSecond === undefined) return false;
        const inFlight = (requestRatePerSecond * medianMs) / 1000;
        const hasNote = notes.some(({ from, to }) => from <= virtualUsers && virtualUsers <= to);
        return inFlight / virtualUsers < 0.5 && !hasNote;
      }),
    );

    expect(implausible).toEqual([]);
  });

  it('are found by target and scenario, whatever the encoding', () => {
    const [series] = publishedSeries;
    if (series === undefined) throw new Error('there is no series');
    expect(publishedSeriesOf({ ...series.target, encoding: 'json' }, series.scenario)).toBe(series);
  });
});

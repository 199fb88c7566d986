import { endpointOf, measuredInStudy } from '../../../../serving-configs/index.ts';
import {
  publishedSeries,
  publishedSeriesOf,
  type PublishedPoint,
} from '../../../../lib/bench/published/published-points.ts';

const everyPoint = publishedSeries.flatMap(({ points }) => points);

describe('The published points', () => {
  it('are 130, with ten levels a series', () => {
    expect(everyPoint).toHaveLength(130);
    for (const { points } of publishedSeries) {
      expect(points.map(({ virtualUsers }) => virtualUsers)).toEqual([
        10, 20, 30, 40, 50, 60, 70, 80, 90, 100,
      ]);
    }
  });

  it('have a rate everywhere but in the one series that the study printed without', () => {
    const without = everyPoint.filter((point) => point.requestRatePerSecond === undefined);

    expect(without).toHaveLength(10);
    expect(
      publishedSeries.filter(({ points }) => points.some((point) => without.includes(point))),
    ).toMatchObject([{ target: { protocol: 'rest' }, scenario: 'warm' }]);
  });

  it('hold finite figures with errors that are none where the text gives the value', () => {
    for (const point of everyPoint) {
      const { requestRatePerSecond, medianMs, failedPercent } = point satisfies PublishedPoint;
      for (const reading of [requestRatePerSecond ?? medianMs, medianMs, failedPercent]) {
        expect(reading.value).toBeGreaterThanOrEqual(0);
        expect(reading.error).toBeGreaterThanOrEqual(0);
      }
      expect(medianMs.error).toBeGreaterThan(0);
    }
  });

  it('belong to the servings that the study measured, on targets that they take', () => {
    expect(new Set(publishedSeries.map(({ target }) => target.serving))).toEqual(
      new Set(measuredInStudy),
    );
    for (const { target } of publishedSeries) {
      expect(endpointOf(target.serving, target.protocol)?.payloads[target.payload]).toContain(
        target.encoding,
      );
    }
  });

  it('agree with Little’s law but for the points that a note names', () => {
    const astray = publishedSeries.flatMap(({ notes, points }) =>
      points.filter(({ virtualUsers, requestRatePerSecond, medianMs }) => {
        if (requestRatePerSecond === undefined) return false;
        const inFlight = (requestRatePerSecond.value * medianMs.value) / 1000;
        const named = notes.some(({ from, to }) => from <= virtualUsers && virtualUsers <= to);
        return inFlight / virtualUsers < 0.5 && !named;
      }),
    );

    expect(astray).toEqual([]);
  });

  it('are found by target and scenario, whatever the encoding', () => {
    const [series] = publishedSeries;
    if (series === undefined) throw new Error('there is no series');
    expect(publishedSeriesOf({ ...series.target, encoding: 'json' }, series.scenario)).toBe(series);
  });

  it('have none for a scenario or a payload that the study did not measure', () => {
    const [series] = publishedSeries;
    if (series === undefined) throw new Error('there is no series');

    expect(publishedSeriesOf(series.target, 'warm')).toBeUndefined();
    expect(publishedSeriesOf({ ...series.target, payload: 'tensor' }, 'cold')).toBeUndefined();
  });
});

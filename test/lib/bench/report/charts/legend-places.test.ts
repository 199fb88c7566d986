import { legendPlaces } from '../../../../../lib/bench/report/charts/legend-places.ts';

describe('the places of a legend', () => {
  it('stand in columns, as many as fit', () => {
    const { places, height } = legendPlaces(['a'.repeat(20), 'b', 'c', 'd'], 600);
    expect(places.map((place) => place.left)).toEqual([0, 190, 380, 0]);
    expect(places.map((place) => place.top)).toEqual([0, 0, 0, 22]);
    expect(height).toBe(44);
  });

  it('stand below each other where a label is as wide as the chart', () => {
    const { places } = legendPlaces(['a'.repeat(200), 'b'], 600);
    expect(places.map((place) => place.left)).toEqual([0, 0]);
  });

  it('take no room without labels', () => {
    expect(legendPlaces([], 600)).toEqual({ places: [], height: 0 });
  });
});

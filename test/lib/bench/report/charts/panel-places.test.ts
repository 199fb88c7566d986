import { panelPlaces, panelTitles } from '../../../../../lib/bench/report/charts/panel-places.ts';

const long = 'TensorFlow Serving, gRPC tensor_fullsize raw';

describe('the titles of small panels', () => {
  it('go on in a second line where they are wider than their panel, with room for both', () => {
    const [first, second] = [
      panelPlaces(['Flask', long], 50),
      panelPlaces(['Flask', 'KServe'], 50),
    ];
    const titles = panelTitles(['Flask', long], first.places);

    expect(titles.map(({ text }) => text)).toEqual([
      'Flask',
      'TensorFlow Serving,\ngRPC tensor_fullsize raw',
    ]);
    for (const { top } of titles) expect(top).toBeGreaterThanOrEqual(40);
    expect(first.height).toBeGreaterThan(second.height);
  });

  it('stay whole where there is no place to break them', () => {
    const name = 'a name without any comma that is much too long';
    expect(panelTitles([name, 'b'], panelPlaces([name, 'b'], 50).places)[0]?.text).toBe(name);
  });
});

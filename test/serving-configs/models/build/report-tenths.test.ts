import { reportTenths } from '../../../../serving-configs/models/fetch-file.ts';

describe('the progress of a fetch', () => {
  it('is printed once for each tenth that is reached', () => {
    const lines: string[] = [];
    const report = reportTenths((line) => lines.push(line));
    for (const received of [1, 999_999, 1_000_000, 1_500_000, 4_000_000, 10_000_000]) {
      report(received, 10_000_000);
    }

    expect(lines).toEqual([
      'fetched  10 % of 10.0 MB',
      'fetched  40 % of 10.0 MB',
      'fetched  100 % of 10.0 MB',
    ]);
  });
});

import { gunzipSync, gzipSync } from 'node:zlib';
import { joinRawSamples } from '../../../../lib/bench/load/join-samples.ts';

describe('raw samples of several machines', () => {
  it('become one file with the rows of all below one header', async () => {
    const joined = await joinRawSamples([
      gzipSync('a,b\n1,2\n3,4\n'),
      gzipSync('a,b\n'),
      gzipSync('a,b\n5,6\n'),
    ]);

    expect(gunzipSync(joined).toString()).toBe('a,b\n1,2\n3,4\n5,6\n');
  });

  it('are refused where they have other columns, or are none', async () => {
    const one = gzipSync('a,b\n');

    await expect(joinRawSamples([one, gzipSync('a,c\n')])).rejects.toThrow('different columns');
    await expect(joinRawSamples([one, Buffer.from('text')])).rejects.toThrow();
  });
});

import { measuredInStudy } from '../../../../serving-configs/index.ts';
import { readConfig } from '../../../../middleware/config.ts';
import { studyMiddleware } from '../../../../lib/bench/published/study-apparatus.ts';
import { publishedSeries } from '../../../../lib/bench/published/published-points.ts';

describe('the study’s middleware', () => {
  it('has one process, waits ten seconds over REST and draws the pictures itself', () => {
    expect(studyMiddleware).toMatchObject({
      processes: 1,
      restTimeoutMs: 10_000,
      imagesDrawnBy: 'middleware',
    });
  });

  it('talks to each measured serving by a client that blocks, or by new channels', () => {
    const { blockingServings, channelPerCallServings } = studyMiddleware;

    expect(new Set([...blockingServings, ...channelPerCallServings])).toEqual(
      new Set(measuredInStudy),
    );
  });

  it('blocks for those whose plateau was the middleware’s with high confidence over both protocols', () => {
    const bound = publishedSeries.filter(
      ({ path, plateau }) => path.protocol === 'grpc' && plateau.boundBy === 'middleware',
    );

    expect(new Set(studyMiddleware.blockingServings)).toEqual(
      new Set(bound.map(({ path }) => path.serving)),
    );
  });

  it('is a configuration that the middleware takes', () => {
    const { blockingServings, channelPerCallServings } = studyMiddleware;
    const config = readConfig({
      BLOCKING_SERVINGS: blockingServings.join(','),
      CHANNEL_PER_CALL_SERVINGS: channelPerCallServings.join(','),
    });

    expect(config).toMatchObject({ blockingServings, channelPerCallServings });
  });
});

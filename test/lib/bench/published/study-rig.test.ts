import { measuredInStudy } from '../../../../serving-configs/index.ts';
import { readConfig } from '../../../../middleware/config.ts';
import { studyMiddleware } from '../../../../lib/bench/published/study-rig.ts';

describe('The study’s middleware', () => {
  it('calls each measured serving with a blocking client, or over new channels', () => {
    const { blockingServings, channelPerCallServings } = studyMiddleware;

    expect(new Set([...blockingServings, ...channelPerCallServings])).toEqual(
      new Set(measuredInStudy),
    );
  });

  it('is a configuration that the middleware accepts', () => {
    const { blockingServings, channelPerCallServings } = studyMiddleware;
    const config = readConfig({
      BLOCKING_SERVINGS: blockingServings.join(','),
      CHANNEL_PER_CALL_SERVINGS: channelPerCallServings.join(','),
    });

    expect(config).toMatchObject({ blockingServings, channelPerCallServings });
  });
});

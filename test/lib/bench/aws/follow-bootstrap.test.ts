import { newsOf } from '../../../../lib/bench/aws/follow-bootstrap.ts';

const AT = '2026-12-02T10:00:00Z';

describe('the log of a bootstrap', () => {
  it.each([
    [`${AT} step=containers begins`, 'step containers'],
    [`${AT} step=k6 rc=1: it printed nothing`, 'step=k6 rc=1: it printed nothing'],
    [`${AT} serving node is ready`, 'serving node is ready'],
    ['tensorflow/serving:2.19.1-gpu: pulling', 'tensorflow/serving:2.19.1-gpu: pulling'],
    ['mms is not available: its container ended', 'mms is not available: its container ended'],
    ['flask: ready after 3 s on the gpu, …', 'flask: ready after 3 s on the gpu, …'],
    [`${AT} step=containers done after 600 s`, undefined],
    ['  tensorflow/serving:2.19.1-gpu: 3 of 7 layers', undefined],
    ['Complete!', undefined],
  ])('tells %s as %s', (line, news) => {
    expect(newsOf(line)).toBe(news);
  });
});

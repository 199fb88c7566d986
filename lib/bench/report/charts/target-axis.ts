import type { YAXisComponentOption } from 'echarts';
import { INK, MUTED } from './chart-colours.ts';

/**
 * The vertical axis of bars that lie, one a target, the first at the top.
 *
 * @param breakPx width at which a label goes on in a second line
 */
export const targetAxis = (labels: readonly string[], breakPx: number): YAXisComponentOption => ({
  type: 'category',
  inverse: true,
  data: [...labels],
  axisTick: { show: false },
  axisLine: { show: true, lineStyle: { color: MUTED.light } },
  axisLabel: {
    color: INK.light,
    fontSize: 12,
    width: breakPx,
    overflow: 'break',
    lineHeight: 13,
    interval: 0,
  },
});

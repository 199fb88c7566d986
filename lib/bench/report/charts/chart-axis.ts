import type { AxisScale } from './axis-scale.ts';
import { GRID, INK, MUTED } from './chart-colours.ts';

/** An axis of the chart library on which the values lie as the scale says. */
export const chartAxis = (scale: AxisScale, title: string, gap: number, gridIndex: number) => {
  const values = scale.ticks?.map((tick) => tick.at);
  const custom = values === undefined ? {} : { customValues: values };
  const textAt = new Map(scale.ticks?.map((tick) => [tick.at, tick.text]));
  return {
    type: 'value' as const,
    gridIndex,
    name: title,
    nameLocation: 'middle' as const,
    nameGap: gap,
    nameTextStyle: { color: INK.light, fontSize: 13 },
    ...(scale.min === undefined ? {} : { min: scale.min }),
    ...(scale.max === undefined ? {} : { max: scale.max }),
    ...(scale.isWhole === true ? { minInterval: 1 } : {}),
    axisLabel: {
      color: MUTED.light,
      fontSize: 12,
      hideOverlap: true,
      showMinLabel: true,
      formatter: (value: number): string =>
        scale.isWhole === true && !Number.isInteger(value)
          ? ''
          : (textAt.get(value) ?? String(value)),
      ...custom,
    },
    axisLine: { show: true, onZero: false, lineStyle: { color: MUTED.light } },
    axisTick: { show: true, lineStyle: { color: MUTED.light }, ...custom },
    splitLine: { lineStyle: { color: GRID.light }, ...custom },
  };
};

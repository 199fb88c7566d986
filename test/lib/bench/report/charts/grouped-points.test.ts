import { groupedPoints } from '../../../../../lib/bench/report/charts/grouped-points.ts';

const point = (at: string, attributes: string, tip: string): string =>
  `<path d="M0 0Z" transform="matrix(4,0,0,4,${at})"${attributes}><title>${tip}</title></path>`;
const blue = ' fill="#0069a8" class="f-path1" data-p="0" data-s="1"';
const green = ' fill="#00805e" class="f-path3" data-p="2" data-s="2"';

describe('points of a chart', () => {
  it('that follow each other and are alike are a group with their attributes', () => {
    const svg = [
      point('1,2', blue, 'one'),
      point('3,4', blue, 'two\nlines'),
      point('5,6', green, 'other'),
    ].join('\n');
    expect(groupedPoints(svg)).toBe(
      [
        `<g${blue}>`,
        point('1,2', '', 'one'),
        point('3,4', '', 'two\nlines'),
        '</g>',
        point('5,6', green, 'other'),
      ].join('\n'),
    );
  });

  it('stay as they are alone, and beside shapes that say nothing', () => {
    const svg = `${point('1,2', blue, 'one')}\n<path d="M0 0Z"${blue}></path>\n${point('3,4', blue, 'two')}`;
    expect(groupedPoints(svg)).toBe(svg);
  });

  it('have their places to a tenth of a pixel', () => {
    expect(groupedPoints(point('566.4778,440', blue, ''))).toBe(point('566.5,440', blue, ''));
  });
});

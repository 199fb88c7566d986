import { visibleSvg } from '../../../../../lib/bench/report/charts/visible-svg.ts';

const clip = (id: string, d: string): string =>
  `<clipPath id="${id}">\n<path d="${d}" fill="#000"></path>\n</clipPath>`;
const clipped = (id: string, shape: string): string =>
  `<g clip-path="url(#${id})">\n${shape}\n</g>`;
const line = '<path d="M1 1L2 2" fill="none" stroke="#0069a8" stroke-width="2"></path>';

describe('a drawing without what nobody sees', () => {
  it.each([
    ['a box without paint', '<path d="M0 0Z" fill="none"></path>'],
    ['a box that lets everything through', '<rect x="0" fill="#fff" fill-opacity="0"></rect>'],
    ['a line of no width', '<path d="M0 0Z" fill="none" stroke="#123456" stroke-width="0"></path>'],
  ])('has no more %s', (_, shape) => {
    expect(visibleSvg(`<svg>\n${shape}\n${line}\n</svg>`)).toBe(`<svg>\n${line}\n</svg>`);
  });

  it.each([
    ['a line', line],
    ['a surface', '<path d="M0 0Z" fill="#0069a8"></path>'],
    ['a stroke around nothing', '<rect fill="#fff" fill-opacity="0" stroke="#0069a8"></rect>'],
    ['a point that says something', '<path d="M0 0Z" fill="none"><title>one</title></path>'],
  ])('keeps %s', (_, shape) => {
    expect(visibleSvg(`<svg>\n${shape}\n</svg>`)).toBe(`<svg>\n${shape}\n</svg>`);
  });

  it('has each clipping path once, and none that nothing is clipped to', () => {
    const invisible = '<path d="M3 3" fill="none"></path>';
    const drawn = [
      clipped('a', line),
      clipped('b', line),
      clipped('c', line),
      clipped('d', invisible),
      clip('a', 'M0 0Z'),
      clip('b', 'M0 0Z'),
      clip('c', 'M9 9Z'),
      clip('d', 'M8 8Z'),
    ];
    expect(visibleSvg(drawn.join('\n')).trimEnd()).toBe(
      [
        clipped('a', line),
        clipped('a', line),
        clipped('c', line),
        clip('a', 'M0 0Z'),
        clip('c', 'M9 9Z'),
      ].join('\n'),
    );
  });
});

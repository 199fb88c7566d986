/*
 * Shows the figures of each point of a chart to mouse, keyboard and screen reader. The page is complete without this script.
 */
const REACH_PX = 24;

const tip = Object.assign(document.createElement('div'), { id: 'tip', hidden: true });
const spoken = Object.assign(document.createElement('div'), { className: 'unseen' });
spoken.setAttribute('role', 'status');
document.body.append(tip, spoken);

let current;

const hide = () => {
  current?.shape.classList.remove('on');
  current = undefined;
  tip.hidden = true;
};

const place = ({ left, right, top }) => {
  const { offsetWidth: width, offsetHeight: height } = tip;
  const most = document.documentElement.clientWidth - width - 8;
  const middle = (left + right) / 2 - width / 2;
  tip.style.left = `${Math.max(8, Math.min(most, middle))}px`;
  tip.style.top = `${top - height - 10 < 0 ? top + 24 : top - height - 10}px`;
};

const show = (point, isSpoken) => {
  if (current !== point) {
    hide();
    current = point;
    point.shape.classList.add('on');
    tip.textContent = point.text;
  }
  tip.hidden = false;
  place(point.shape.getBoundingClientRect());
  if (isSpoken) spoken.textContent = point.text;
};

/** Scrolls to a point, since a narrow screen shows only a part of a chart. */
const reveal = ({ shape }) => {
  const plot = shape.closest('.plot');
  const [point, visible] = [shape.getBoundingClientRect(), plot.getBoundingClientRect()];
  if (point.left < visible.left || point.right > visible.right) {
    plot.scrollLeft += point.left - visible.left - plot.clientWidth / 2;
  }
};

const distance = (event, { shape }) => {
  const { left, right, top, bottom } = shape.getBoundingClientRect();
  const x = Math.max(left - event.clientX, 0, event.clientX - right);
  const y = Math.max(top - event.clientY, 0, event.clientY - bottom);
  return Math.hypot(x, y);
};

const nearest = (event, points) => {
  let best;
  let least = REACH_PX;
  for (const point of points) {
    const away = distance(event, point);
    if (away < least) {
      best = point;
      least = away;
    }
  }
  return best;
};

/** The next point of the same series, or the point of the next series that is nearest in x. */
const step = (points, key) => {
  if (!points.includes(current)) return points[0];
  const series = [...new Set(points.map((point) => point.series))];
  const siblings = points.filter((point) => point.series === current.series);
  const at = siblings.indexOf(current);
  if (key === 'Home') return siblings[0];
  if (key === 'End') return siblings.at(-1);
  if (key === 'ArrowLeft') return siblings[Math.max(0, at - 1)];
  if (key === 'ArrowRight') return siblings[Math.min(siblings.length - 1, at + 1)];
  const move = key === 'ArrowDown' ? 1 : -1;
  const next = series.at((series.indexOf(current.series) + move) % series.length);
  const { left } = current.shape.getBoundingClientRect();
  const away = ({ shape }) => Math.abs(shape.getBoundingClientRect().left - left);
  return points
    .filter((point) => point.series === next)
    .reduce((best, point) => (away(point) < away(best) ? point : best));
};

const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];

for (const plot of document.querySelectorAll('.plot')) {
  const points = [...plot.querySelectorAll('svg title')].map((title) => {
    const shape = title.parentNode;
    const point = { shape, text: title.textContent, series: shape.closest('[data-s]')?.dataset.s };
    // Otherwise the browser would show a second tooltip.
    title.remove();
    return point;
  });
  if (points.length > 0) {
    plot.tabIndex = 0;
    plot.setAttribute('role', 'application');
    plot.setAttribute('aria-label', plot.firstElementChild.getAttribute('aria-label'));
    plot.setAttribute('aria-roledescription', 'chart, arrow keys read its points');
    plot.addEventListener('pointermove', (event) => {
      const point = nearest(event, points);
      if (point === undefined) hide();
      else show(point, false);
    });
    plot.addEventListener('pointerleave', hide);
    plot.addEventListener('blur', hide);
    plot.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') hide();
      if (!KEYS.includes(event.key)) return;
      const point = step(points, event.key);
      if (point === undefined) return;
      event.preventDefault();
      reveal(point);
      show(point, true);
    });
  }
}
// Only hides the tip: a focused chart may have scrolled into view, and the keyboard continues from the current point.
addEventListener(
  'scroll',
  () => {
    tip.hidden = true;
  },
  { passive: true },
);

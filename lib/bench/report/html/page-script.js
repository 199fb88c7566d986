/*
 * What makes the report handier in a browser: points that say their figures to mouse, keyboard and screen reader, links that
 * are copied. The page is whole without it.
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

/** A narrow screen shows a part of a chart. */
const reveal = ({ shape }) => {
  const plot = shape.closest('.plot');
  const [own, seen] = [shape.getBoundingClientRect(), plot.getBoundingClientRect()];
  if (own.left < seen.left || own.right > seen.right) {
    plot.scrollLeft += own.left - seen.left - plot.clientWidth / 2;
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

/** The next point of the same series, or the point of the next series that lies nearest above or below. */
const step = (points, key) => {
  if (!points.includes(current)) return points[0];
  const series = [...new Set(points.map((point) => point.series))];
  const own = points.filter((point) => point.series === current.series);
  const at = own.indexOf(current);
  if (key === 'Home') return own[0];
  if (key === 'End') return own.at(-1);
  if (key === 'ArrowLeft') return own[Math.max(0, at - 1)];
  if (key === 'ArrowRight') return own[Math.min(own.length - 1, at + 1)];
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
    // Else the browser would show its own tip beside ours.
    title.remove();
    return point;
  });
  if (points.length > 0) {
    plot.tabIndex = 0;
    plot.setAttribute('role', 'application');
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
// Focus may scroll: the keyboard goes on from the point where it is.
addEventListener(
  'scroll',
  () => {
    tip.hidden = true;
  },
  { passive: true },
);

for (const anchor of document.querySelectorAll('a.anchor')) {
  anchor.addEventListener('click', () => {
    // Where the browser does not let us, the address bar holds the link all the same.
    navigator.clipboard?.writeText(anchor.href).then(
      () => {
        spoken.textContent = 'Link copied';
      },
      () => {},
    );
  });
}

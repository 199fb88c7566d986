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

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

for (const plot of document.querySelectorAll('.plot')) {
  const titles = [...plot.querySelectorAll('svg title')];
  const points = titles.flatMap((title) => {
    const shape = title.parentNode;
    if (shape.localName === 'g') return [];
    // The line of a point has its name.
    const line = shape.parentNode.querySelector(':scope > title')?.textContent;
    return [{ shape, text: line ? `${line}\n${title.textContent}` : title.textContent }];
  });
  // Otherwise the browser would show a second tooltip.
  for (const title of titles) title.remove();
  if (points.length > 0) {
    plot.tabIndex = 0;
    plot.setAttribute('role', 'application');
    plot.setAttribute('aria-label', plot.firstElementChild.getAttribute('aria-label'));
    plot.setAttribute('aria-roledescription', 'chart, left and right arrow keys read its points');
    const showNearest = (event) => {
      const found = nearest(event, points);
      if (found === undefined) hide();
      else show(found, false);
    };
    plot.addEventListener('pointermove', showNearest);
    plot.addEventListener('pointerdown', showNearest);
    // A finger leaves at once, and its tip stays until another place is touched.
    plot.addEventListener('pointerleave', ({ pointerType }) => {
      if (pointerType === 'mouse') hide();
    });
    plot.addEventListener('blur', hide);
    plot.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') hide();
      const step = STEPS[event.key];
      if (step === undefined) return;
      const at = points.indexOf(current) + step;
      const point = points[Math.max(0, Math.min(points.length - 1, at))];
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

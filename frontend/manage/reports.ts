/** Brings in what draws charts when the first of them comes into view. Each is drawn from the table that stands by it. */

const places = document.querySelectorAll<HTMLElement>('[data-chart]');
const watcher = new IntersectionObserver(
  (seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      void import('./charts.ts').then(({ draw }) => draw(target as HTMLElement));
    }
  },
  { rootMargin: '200px' },
);
for (const place of places) watcher.observe(place);

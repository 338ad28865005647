/** Charts of tables. Who does not see them has the tables, so a canvas says only what it shows. */
import { BarController, BarElement, CategoryScale, Chart, Filler, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip } from 'chart.js';
import { duration, stepOf } from './durations';

Chart.register(BarController, BarElement, CategoryScale, Filler, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

interface Column {
  label: string;
  values: (number | null)[];
}

Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;

const dark = matchMedia('(prefers-color-scheme: dark)');
const COLOURS = { light: ['#3454d1', '#0b6b3a', '#b4690e'], dark: ['#8ea6ff', '#5fd39a', '#f3b981'] };
const OUTCOME_COLOURS = { light: ['#0b6b3a', '#6bbf91', '#3454d1', '#b01e28', '#9aa2b1'], dark: ['#5fd39a', '#2f7d55', '#8ea6ff', '#ff9a9d', '#6b7382'] };

export function draw(place: HTMLElement): void {
  let chart = make(place);
  dark.addEventListener('change', () => {
    chart.destroy();
    chart = make(place);
  });
}

function make(place: HTMLElement): Chart {
  const { chart: kind, of, columns, unit } = place.dataset;
  const table = document.getElementById(of!) as HTMLTableElement;
  const shown = columns!.split(',').map((number) => column(table, Number(number)));
  const labels = [...table.tBodies[0]!.rows].map((row) => row.cells[0]!.textContent!.trim());
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.ariaLabel = `Chart: ${shown.map(({ label }) => label).join(' and ')}. The table has the same figures.`;
  place.replaceChildren(canvas);
  return kind === 'stack' ? stack(canvas, labels, shown[0]!) : series(canvas, kind as 'bar' | 'line', labels, shown, unit === 'time');
}

function column(table: HTMLTableElement, number: number): Column {
  const values = [...table.tBodies[0]!.rows].map(({ cells }) => {
    const value = cells[number]!.dataset['value'];
    return value ? Number(value) : null;
  });
  return { label: table.tHead!.rows[0]!.cells[number]!.textContent!, values };
}

function series(canvas: HTMLCanvasElement, type: 'bar' | 'line', labels: string[], columns: Column[], isTime: boolean): Chart {
  const colours = COLOURS[mode()];
  return new Chart(canvas, {
    type,
    data: {
      labels,
      datasets: columns.map(({ label, values }, n) => ({
        label,
        data: values,
        backgroundColor: colours[n]!,
        borderColor: colours[n]!,
        borderRadius: 3,
        borderWidth: type === 'line' ? 2 : 0,
        borderDash: n ? [5, 4] : [],
        pointRadius: 2,
        spanGaps: true,
        maxBarThickness: 28,
      })),
    },
    options: options({
      grouped: true,
      ...(isTime && { step: stepOf(Math.max(0, ...columns.flatMap(({ values }) => values.map((value) => value ?? 0)))) }),
      mark: type === 'line' ? 'line' : 'rectRounded',
      said: (value) => (isTime ? duration(value) : String(value)),
    }),
  });
}

/** One bar of all outcomes beside each other. */
function stack(canvas: HTMLCanvasElement, labels: string[], { values }: Column): Chart {
  const colours = OUTCOME_COLOURS[mode()];
  const common = options({ grouped: false, mark: 'rectRounded', said: String });
  return new Chart(canvas, {
    type: 'bar',
    data: { labels: [''], datasets: labels.map((label, n) => ({ label, data: [values[n] ?? 0], backgroundColor: colours[n]!, maxBarThickness: 48 })) },
    options: { ...common, indexAxis: 'y', scales: { x: { ...common.scales.y, stacked: true }, y: { stacked: true, display: false } } },
  });
}

interface Wanted {
  grouped: boolean;
  mark: 'line' | 'rectRounded';
  said: (value: number) => string;
  step?: number;
}

function options({ grouped, mark, said, step }: Wanted) {
  const ink = dark.matches ? '#9aa2b1' : '#5c6370';
  const line = dark.matches ? '#262a32' : '#e6e8ed';
  return {
    animation: false as const,
    maintainAspectRatio: false,
    interaction: { mode: 'index' as const, intersect: false },
    plugins: {
      legend: { position: 'bottom' as const, labels: { color: ink, usePointStyle: true, pointStyle: mark, pointStyleWidth: mark === 'line' ? 24 : 12 } },
      tooltip: {
        callbacks: {
          label: ({ dataset, parsed }: { dataset: { label?: string }; parsed: { x: number | null; y: number | null } }) =>
            `${dataset.label}: ${said((grouped ? parsed.y : parsed.x) ?? 0)}`,
        },
      },
    },
    scales: {
      x: { ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16 }, grid: { display: false } },
      y: { beginAtZero: true, ticks: { color: ink, precision: 0, ...(step && { stepSize: step }), callback: (value: number | string) => said(Number(value)) }, grid: { color: line }, border: { display: false } },
    },
  };
}

const mode = (): 'light' | 'dark' => (dark.matches ? 'dark' : 'light');

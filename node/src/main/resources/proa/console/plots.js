// The last hour.

import uPlot from '/uplot.js';
import {bytes, rate} from '/words.js';

const SECONDS = 3600;
const MIB = 1024 * 1024;

const wanted = [
  {title: 'Requests and errors per second', lines: [
    {label: 'requests', colour: '--line-1', of: s => s.requests, say: rate},
    {label: 'status 5xx', colour: '--line-2', of: s => s.errors, say: rate, dash: [6, 3]}]},
  {title: 'Mean time per request', lines: [
    {label: 'milliseconds', colour: '--line-1', say: rate,
      of: s => s.nanos.map((nanos, at) => s.requests[at] ? nanos / s.requests[at] / 1e6 : null)}]},
  {title: 'Open connections', lines: [
    {label: 'open', colour: '--line-1', of: s => s.open, say: rate},
    {label: 'waiting', colour: '--line-2', of: s => s.waiting, say: rate, dash: [6, 3]}]},
  {title: 'Throughput, MiB per second', lines: [
    {label: 'to clients', colour: '--line-1', of: s => s.sent.map(b => b / MIB), say: v => bytes(v * MIB)},
    {label: 'from clients', colour: '--line-2', of: s => s.received.map(b => b / MIB), say: v => bytes(v * MIB), dash: [6, 3]}]},
];

let samples;
let plots = [];
let place;

export function begin(element, all) {
  place = element;
  samples = all;
  draw();
  new ResizeObserver(() => plots.forEach(plot => plot.setSize(size(plot.root.parentElement)))).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}

export function add(sample) {
  if (!samples || !sample.time.length || sample.time[0] <= samples.time.at(-1)) {
    return;
  }
  for (const [name, values] of Object.entries(sample)) {
    if (Array.isArray(values)) {
      samples[name].push(values[0]);
      if (samples[name].length > SECONDS) {
        samples[name].shift();
      }
    }
  }
  plots.forEach((plot, at) => {
    plot.setData(data(wanted[at]));
    describe(plot.root.parentElement, wanted[at]);
  });
}

/** The plot in words, for those who do not see it. */
function describe(figure, plot) {
  const said = plot.lines.map(line => {
    const values = line.of(samples).filter(value => value !== null);
    return values.length === 0 ? `${line.label}: nothing yet`
      : `${line.label}: ${line.say(values.at(-1))} now, ${line.say(values.reduce((a, b) => Math.max(a, b)))} at most`;
  });
  figure.setAttribute('aria-label', `${plot.title}, last hour. ${said.join('; ')}`);
}

const data = plot => [samples.time, ...plot.lines.map(line => line.of(samples))];

const size = element => ({width: Math.max(200, element.clientWidth - 14), height: 150});

function draw() {
  plots.forEach(plot => plot.destroy());
  place.replaceChildren();
  plots = wanted.map(each => {
    const figure = document.createElement('figure');
    const title = document.createElement('figcaption');
    title.textContent = each.title;
    figure.append(title);
    place.append(figure);
    describe(figure, each);
    return new uPlot(options(each, figure), data(each), figure);
  });
}

/** A value without others is no line: it is a point. */
const isAlone = (plot, line) => plot.data[line].filter(value => value !== null).length === 1;

/** With seconds where minutes would repeat. */
function hour(second, range) {
  const text = new Date(second * 1000).toLocaleTimeString('en-GB');
  return range < 300 ? text : text.slice(0, 5);
}

function options(plot, figure) {
  const style = getComputedStyle(document.documentElement);
  const colour = name => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--soft'), font: '11px system-ui, sans-serif',
    grid: {stroke: colour('--grid'), width: 1}, ticks: {stroke: colour('--grid'), width: 1, size: 4},
  };
  return {
    ...size(figure),
    padding: [8, 26, 0, 0],
    cursor: {y: false},
    scales: {y: {range: (_, low, high) => [0, Math.max(1, (high ?? 0) * 1.1)]}},
    axes: [{...axis, size: 30, space: 80, values: (_, at) => at.map(second => hour(second, at.at(-1) - at[0]))},
      {...axis, size: 44, space: 34, values: (_, at) => at.map(rate)}],
    series: [
      {label: 'at', value: (_, second) => second === null ? '' : new Date(second * 1000).toLocaleTimeString('en-GB')},
      ...plot.lines.map(line => ({
        label: line.label, stroke: colour(line.colour), width: 1.5, dash: line.dash, points: {show: isAlone}, spanGaps: true,
        value: (_, value) => value === null || value === undefined ? '–' : line.say(value),
      })),
    ],
  };
}

// Numbers, marks and elements: how things are said on this page.

const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const one = new Intl.NumberFormat('en', {maximumFractionDigits: 1});

export const count = value => whole.format(value);
export const rate = value => (value < 10 ? one : whole).format(value);

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? whole.format(value) : one.format(value)} ${units[unit]}`;
}

export function span(millis) {
  const seconds = Math.floor(millis / 1000);
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  for (let at = 0; at < parts.length; at++) {
    const [size, name] = parts[at];
    if (seconds >= size) {
      const next = parts[at + 1];
      const rest = next ? Math.floor(seconds % size / next[0]) : 0;
      return `${Math.floor(seconds / size)} ${name}${rest ? ` ${rest} ${next[1]}` : ''}`;
    }
  }
  return 'now';
}

export const clock = iso => iso ? new Date(iso).toLocaleTimeString('en-GB') : '';
export const day = iso => iso ? new Date(iso).toLocaleString('en-GB') : 'unknown';

/** An element; attributes that are functions listen, undefined and false ones are left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter(child => child !== undefined && child !== ''));
  return element;
}

/** A state as a shape, a word and a colour: none of them alone. */
const shapes = {good: '●', bad: '▲', warn: '◆', off: '■', idle: '○'};

export const mark = (kind, word) =>
  el('span', {class: `mark ${kind}`}, el('span', {'aria-hidden': 'true'}, shapes[kind]), ` ${word}`);

/**
 * Makes an element like another one, changing as little as possible: what has the focus keeps it,
 * what is unfolded stays unfolded. Listeners are not carried over; pages listen further up.
 */
export function become(element, like) {
  for (const {name} of [...element.attributes]) {
    if (!like.hasAttribute(name) && name !== 'open') {
      element.removeAttribute(name);
    }
  }
  for (const {name, value} of [...like.attributes]) {
    if (element.getAttribute(name) !== value) {
      element.setAttribute(name, value);
    }
  }
  const wanted = [...like.childNodes];
  wanted.forEach((child, at) => {
    const there = element.childNodes[at];
    if (!there) {
      element.append(child);
    } else if (there.nodeType !== child.nodeType || there.nodeName !== child.nodeName
        || key(there) !== key(child)) {
      there.replaceWith(child);
    } else if (child.nodeType === Node.TEXT_NODE) {
      if (there.data !== child.data) {
        there.data = child.data;
      }
    } else {
      become(there, child);
    }
  });
  while (element.childNodes.length > wanted.length) {
    element.lastChild.remove();
  }
}

const key = node => node.dataset ? node.dataset.key : undefined;

/** A table whose rows turn into cards where there is no room. */
export function table(caption, columns, rows) {
  if (rows.length === 0) {
    return el('p', {class: 'none'}, 'None.');
  }
  return el('table', {class: 'grid'},
    el('caption', {}, caption),
    el('thead', {}, el('tr', {}, columns.map(([name, how]) => el('th', {scope: 'col', class: how}, name)))),
    el('tbody', {}, rows.map(({key: name, cells}) =>
      el('tr', {'data-key': name}, cells.map((cell, at) =>
        el('td', {'data-label': columns[at][0], class: columns[at][1]}, cell))))));
}

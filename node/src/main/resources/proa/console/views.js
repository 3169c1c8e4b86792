// A snapshot → what is on the page. Nothing here asks or changes anything.

import {bytes, clock, count, day, el, mark, rate, span, table} from '/words.js';

const may = (role, needed) => ['view', 'operate', 'admin'].indexOf(role) >= ['view', 'operate', 'admin'].indexOf(needed);

/** A button that opens a dialog; which one, and about what, is said by its data. */
const action = (label, what, about) =>
  el('button', {type: 'button', 'data-action': what, 'data-about': JSON.stringify(about)}, label);

/** The same for what only shows something. */
const looking = (label, what, about) =>
  el('button', {type: 'button', 'data-look': what, 'data-about': JSON.stringify(about)}, label);

/** What a counter grew by in a second, between two snapshots. */
export function speed(now, before, millis, of) {
  if (!before || millis <= 0) {
    return 0;
  }
  return Math.max(0, (of(now) - of(before)) * 1000 / millis);
}

export function health(status) {
  return status.ready ? mark('good', 'ready') : mark('bad', `not ready: ${status.lacking.join('; ')}`);
}

export function tiles(status, sample) {
  const servers = status.backends.flatMap(backend => backend.servers);
  const up = servers.filter(server => server.state !== 'DOWN' && !server.ejected
    && server.order !== 'MAINTENANCE' && server.working).length;
  const present = status.nodes.filter(node => node.present).length;
  const last = name => sample[name]?.at(-1) ?? 0;
  const lag = status.replication?.replication?.lagP99Millis;
  const kind = (good, bad) => good ? 'good' : bad ? 'bad' : 'warn';
  return el('div', {},
    tile('Requests per second', rate(last('requests'))),
    tile('Errors per second (5xx)', rate(last('errors')), last('errors') > 0 ? mark('warn', 'errors') : undefined),
    tile('Open connections', count(last('open'))),
    tile('Servers up', `${up} of ${servers.length}`, mark(kind(up === servers.length, up === 0), up === servers.length ? 'all' : `${servers.length - up} not up`)),
    tile('Members', `${present} of ${status.nodes.length}`, mark(kind(present === status.nodes.length, !status.members.quorum), members(status, present))),
    tile('Replication lag, p99', lag === undefined ? '–' : `${rate(Number(lag))} ms`, status.members.synchronised ? mark('good', 'synchronised') : mark('warn', 'fetching')));
}

function members(status, present) {
  if (!status.members.quorum) {
    return 'no quorum';
  }
  return present === status.nodes.length ? 'all in sight' : `${status.nodes.length - present} not in sight`;
}

const tile = (name, value, note) =>
  el('div', {class: 'tile'}, el('span', {class: 'name'}, name), el('strong', {}, value), note);

export function groups(status, role) {
  const states = {ACTIVE: ['good', 'active here'], BACKUP: ['idle', 'backup here'], FAULT: ['bad', 'fault here'], UNKNOWN: ['warn', 'unknown']};
  return table('Who owns which addresses',
    [['Group'], ['Addresses'], ['Owner'], ['Here'], ['Since'], ['Reason'], ['Ready'], ['', 'does']],
    status.groups.map(group => ({key: group.name, cells: [
      el('strong', {}, group.name),
      group.vips.join(', '),
      group.owner ? el('strong', {}, group.owner) : mark('warn', 'nobody known'),
      mark(...states[group.state]),
      group.since ? `${day(group.since)}, term ${group.term}` : '–',
      group.why,
      group.ready ? mark('good', 'ready') : mark('warn', group.lacking),
      may(role, 'admin') ? action('Move…', 'move', {group: group.name, nodes: group.prefer, owner: group.owner}) : '',
    ]})));
}

export function nodes(status, role) {
  return table('Members of the cluster',
    [['Node'], ['Addresses'], ['Membership'], ['Details'], ['', 'does']],
    status.nodes.map(node => ({key: node.name, cells: [
      node.console && !node.self ? el('a', {href: node.console}, node.name) : el('strong', {}, node.name),
      node.addresses.join(', '),
      el('span', {}, node.present ? mark('good', 'present') : mark('bad', 'not in sight'),
        node.outOfService ? ' ' : '', node.outOfService ? mark('warn', `out of service: ${node.outOfService}`) : ''),
      node.self
        ? `this node, up ${span(status.uptimeMillis)}, configuration ${status.config.slice(0, 12)}, generation ${status.configuration.generation}`
        : elsewhere(node, status),
      may(role, 'admin') ? nodeActions(node, status) : '',
    ]})));
}

/** What another node has in use, as the members tell each other. */
function elsewhere(node, status) {
  const said = status.configuration.cluster?.nodes.find(each => each.name === node.name);
  if (!said) {
    return '';
  }
  const words = `configuration ${said.hash.slice(0, 12)}, version ${said.version} `;
  if (said.trouble) {
    return [words, mark('bad', said.trouble)];
  }
  return said.hash === status.config ? words : [words, mark('warn', 'another than here')];
}

function nodeActions(node, status) {
  const own = node.self ? [action('Reload…', 'reload', {})] : [];
  return status.groups.length === 0 ? own
    : [...own, action('Drain…', 'drain', {node: node.name}), action('Ready…', 'ready', {node: node.name})];
}

export function frontends(status, before) {
  const millis = before ? status.uptimeMillis - before.uptimeMillis : 0;
  const was = new Map(before?.frontends.map(each => [each.name, each]));
  return table('Listeners, since the start of the node unless per second',
    [['Frontend'], ['Listens'], ['State'], ['Open', 'n'], ['Requests/s', 'n'], ['5xx/s', 'n'], ['4xx', 'n'], ['5xx', 'n'], ['Received', 'n'], ['Sent', 'n']],
    status.frontends.map(each => {
      const grew = of => speed(each, was.get(each.name), millis, of);
      return {key: each.name, cells: [
        el('strong', {}, each.name),
        `${each.address} ${each.mode.toLowerCase()}${each.tls.enabled ? ', TLS' : ''}`,
        frontendMark(each),
        count(each.connections),
        rate(grew(e => e.counts.ended)),
        rate(grew(e => e.counts['5xx'])),
        count(each.counts['4xx']),
        count(each.counts['5xx']),
        bytes(each.counts.received),
        bytes(each.counts.sent),
      ]};
    }));
}

function frontendMark(frontend) {
  if (frontend.byKernel) {
    return mark('good', 'by the kernel');
  }
  return frontend.bound ? mark('good', 'bound') : mark('bad', 'not bound');
}

function serverMark(server) {
  if (server.order === 'MAINTENANCE') {
    return mark('off', 'maintenance');
  }
  if (server.state === 'DOWN') {
    return mark('bad', 'down');
  }
  if (server.ejected) {
    return mark('bad', 'ejected');
  }
  if (server.order === 'DRAIN') {
    return mark('warn', 'draining');
  }
  if (!server.working) {
    return mark('warn', 'agent says no');
  }
  return server.state === 'UP' ? mark('good', 'up') : mark('idle', 'not checked yet');
}

export function backends(status, before, events, role) {
  const millis = before ? status.uptimeMillis - before.uptimeMillis : 0;
  if (status.backends.length === 0) {
    return el('p', {class: 'none'}, 'None.');
  }
  return el('div', {}, status.backends.map(backend => {
    const was = new Map(before?.backends.find(each => each.name === backend.name)?.servers.map(each => [each.name, each]));
    const notes = [`balance ${backend.balance.toLowerCase().replaceAll('_', '-')}`];
    if (backend.waiting > 0) {
      notes.push(`${count(backend.waiting)} waiting`);
    }
    if (backend.keys?.awayShare > 0) {
      notes.push(`${rate(backend.keys.awayShare * 100)} % of keys away from their own server`);
    }
    return el('div', {class: 'backend', 'data-key': backend.name},
      el('h3', {}, backend.name, ' ', el('small', {}, notes.join(' · ')), backend.panic ? mark('bad', 'panic: too few are up, all are used') : ''),
      table(`Servers of ${backend.name}`,
        [['Server'], ['State'], ['Weight', 'n'], ['Open', 'n'], ['Requests/s', 'n'], ['5xx/s', 'n'], ['Chosen', 'n'], ['Failures', 'n'], ['Last check'], ['History'], ['', 'does']],
        backend.servers.map(server => {
          const grew = of => speed(server, was.get(server.name), millis, of);
          const about = {backend: backend.name, server: server.name, weight: server.weight, order: server.ordered};
          return {key: server.name, cells: [
            el('span', {}, el('strong', {}, server.name), ` ${server.address}`, server.backup ? ' backup' : ''),
            el('span', {}, serverMark(server), server.drift ? el('small', {class: 'drift'}, ` not as the file: ${server.drift}`) : ''),
            count(server.weight),
            count(server.current),
            rate(grew(s => s.total)),
            rate(grew(s => s.counts['5xx'])),
            count(server.total),
            count(server.connectFailures),
            lastCheck(server.check),
            history(events, `${backend.name}/${server.name}`),
            el('span', {}, looking('Changes…', 'changes', {backend: backend.name, server: server.name}), ' ',
              may(role, 'operate') ? action('Change…', 'server', about) : ''),
          ]};
        })));
  }));
}

/** What happened to a server lately: what its checks found, newest first. */
/** What the last check found, and why it failed. */
function lastCheck(check) {
  if (!check) {
    return el('small', {}, 'none');
  }
  return check.passed
    ? el('small', {}, `passed in ${rate(check.tookMillis)} ms, ${clock(check.at)}`)
    : el('span', {}, mark('bad', check.why), el('small', {}, ` ${check.result}, ${clock(check.at)}`));
}

function history(events, subject) {
  const own = events.filter(event => event.kind === 'server' && event.subject === subject).slice(-5).reverse();
  if (own.length === 0) {
    return el('small', {}, 'nothing yet');
  }
  return el('details', {},
    el('summary', {}, `${clock(own[0].at)} ${own[0].text}`),
    el('ul', {}, own.slice(1).map(event => el('li', {}, `${clock(event.at)} ${event.text}`))));
}

export function tables(status) {
  return table('Kept on every node',
    [['Table'], ['Key'], ['Entries', 'n'], ['Of at most', 'n'], ['Servers']],
    status.tables.map(each => ({key: each.name, cells: [
      el('strong', {}, each.name), each.key.toLowerCase(), count(each.entries), count(each.entriesMax),
      Object.entries(each.servers).map(([name, keys]) => `${name} ${count(keys)}`).join(', ') || '–',
    ]})));
}

export function state(status) {
  const sessions = status.sessions;
  const replication = status.replication?.replication ?? {};
  const rows = [
    ['Session store', sessions.enabled ? mark(sessions.writable ? 'good' : 'bad', sessions.writable ? 'takes writes' : 'takes no writes') : mark('idle', 'not configured')],
    ['Session members', sessions.enabled ? `${sessions.members}${sessions.settled ? ', settled' : ', settling'}` : '–'],
    ['Tables', status.members.synchronised ? mark('good', 'synchronised') : mark('warn', 'fetching from other members')],
    ['Lag p50 / p99', replication.lagP99Millis === undefined ? '–' : `${replication.lagP50Millis} / ${replication.lagP99Millis} ms`],
    ['Entries sent / received', replication.entriesSent === undefined ? '–' : `${count(replication.entriesSent)} / ${count(replication.entriesReceived)}`],
    ['Pulls / resyncs / dropped', replication.pulls === undefined ? '–' : `${replication.pulls} / ${replication.resyncs} / ${replication.dropped}`],
    ['vipd', status.vipd.needed ? mark(status.vipd.connected ? 'good' : 'bad', status.vipd.connected ? 'connected' : 'not connected') : mark('idle', 'no floating address')],
  ];
  const refusal = status.configuration.lastRefusal;
  if (refusal) {
    rows.push(['Last refused reload', `${day(refusal.at)} by ${refusal.by}: ${refusal.reasons.join('; ')}`]);
  }
  return el('dl', {}, rows.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

export function events(list) {
  return table('Newest first', [['Time'], ['What'], ['Subject'], ['Text']],
    [...list].reverse().map(event => ({key: String(event.number), cells: [
      el('time', {datetime: event.at}, day(event.at)), event.kind, el('strong', {}, event.subject), event.text,
    ]})));
}

export function found(entry, role) {
  if (!entry.found) {
    return el('p', {}, `Table ${entry.table} has nothing for ${entry.key}.`);
  }
  const counters = entry.counters ?? [];
  return el('div', {class: 'card'},
    el('h3', {}, `${entry.key} in ${entry.table}`),
    el('p', {}, entry.server
      ? `Stuck to ${entry.server}, written by ${entry.writer}, renewed ${entry.ageSeconds < 1 ? 'just now' : `${span(entry.ageSeconds * 1000)} ago`}.`
      : 'Stuck to no server.'),
    counters.length > 0 ? table('Over all nodes', [['Counter'], ['Rate', 'n'], ['Total', 'n'], ['Now', 'n']],
      counters.map(each => ({key: each.name, cells: [each.name, count(each.rate), count(each.total), count(each.current)]}))) : '',
    entry.slots ? table('What each node counted', [['Node'], ...counters.map(each => [each.name, 'n'])],
      entry.slots.map(slot => ({key: `${slot.node}-${slot.incarnation}`, cells: [el('strong', {}, slot.node),
        ...counters.map(each => `${count(slot[each.name]?.recent ?? 0)} lately`)]}))) : '',
    may(role, 'operate') ? action('Clear…', 'clear', {table: entry.table, key: entry.key}) : '');
}

/** Where a session is and how long it lives; its content is for admins, who ask for it. */
export function foundSession(asked, said, role) {
  const rows = [
    ['Kind', said.kind.toLowerCase()],
    ['Size', `${count(said.bytes)} bytes`],
    ['Kept by', said.backup ? `${said.owner}, and ${said.backup} as backup` : said.owner],
    ['Written', `${day(said.writtenAt)} by ${said.writer}`],
    ['Expires', said.expiresAt ? `${day(said.expiresAt)}, in ${span(said.expiresInSeconds * 1000)}` : 'never'],
  ];
  return el('div', {class: 'card'},
    el('h3', {}, `Session ${asked.key}${asked.database === '0' ? '' : `, database ${asked.database}`}`),
    el('dl', {}, rows.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)))),
    may(role, 'admin') ? action('Show its content…', 'content', asked) : '');
}

/** How the state of a server has changed, the latest first. */
export function changes(server) {
  return table(`The last changes of ${server.name}`, [['When'], ['From'], ['To'], ['Why']],
    server.changes.map((each, at) => ({key: `${at}`, cells: [day(each.at), each.from, el('strong', {}, each.to), each.reason]})).reverse());
}

/** Which rule, route and server a request would get, and why. */
export function reason(said) {
  const servers = said.servers;
  return el('div', {class: 'card'},
    el('h3', {}, said.frontend ? `Frontend ${said.frontend}` : 'No frontend'),
    said.notes.map(note => el('p', {}, mark('warn', note))),
    el('ol', {class: 'steps'}, (said.steps ?? []).map(step => el('li', {},
      mark(step.holds ? 'good' : 'idle', step.holds ? 'yes' : 'no'), ` ${step.what}`,
      step.effect ? el('strong', {}, ` ${step.effect}`) : '', ' ', el('small', {}, step.place),
      el('ul', {}, step.tests.map(test => el('li', {class: `depth-${Math.min(3, test.depth)}`},
        mark(test.holds ? 'good' : 'idle', test.holds ? 'yes' : 'no'), ` ${test.test}`)))))),
    said.answer ? el('p', {}, el('strong', {}, `Answered here: ${said.answer}`)) : '',
    servers ? el('p', {}, el('strong', {}, servers.first ? `Server ${servers.first}` : 'No server'),
      ` of backend ${said.backend}, as ${said.target}: ${servers.why}.`) : '',
    servers ? table('Servers it could get', [['Server'], ['Eligible'], ['Weight', 'n'], ['Why']],
      servers.all.map(each => ({key: each.name, cells: [el('strong', {}, each.name),
        each.eligible ? mark('good', 'yes') : mark('off', 'no'), count(each.weight), each.why]}))) : '');
}

export {may};

// Puts the page together: login, the live view, and what is asked for by hand.

import * as server from '/server.js';
import * as views from '/views.js';
import * as plots from '/plots.js';
import {open, showChanges} from '/actions.js';
import {become, el, mark} from '/words.js';

const byId = id => document.getElementById(id);
const loginForm = byId('login-form');
const SILENT_MILLIS = 4000;

let session;
let before;
let events = [];
let sample = {};
let seen = 0;

function show(id, element) {
  const place = byId(id).querySelector('.rows') ?? byId(id);
  const like = place.cloneNode(false);
  like.append(element);
  become(place, like);
}

function draw(snapshot) {
  const {status} = snapshot;
  seen = Date.now();
  sample = snapshot.sample;
  plots.add(sample);
  const newest = events.at(-1)?.number ?? 0;
  events = [...events, ...snapshot.events.filter(event => event.number > newest)].slice(-512);
  document.title = `${status.ready ? '' : '▲ '}${status.node} · ${status.cluster} · Proa`;
  byId('where').textContent = `${status.cluster} / ${status.node}`;
  show('health', views.health(status));
  show('live', mark('good', 'live'));
  show('tiles', views.tiles(status, sample));
  show('groups', views.groups(status, session.role));
  show('nodes', views.nodes(status, session.role));
  show('frontends', views.frontends(status, before));
  show('backends', views.backends(status, before, events, session.role));
  show('tables', views.tables(status));
  show('state', views.state(status));
  show('events', views.events(events.slice(-50)));
  offerTables(status.tables.map(table => table.name));
  byId('sessions').hidden = !status.sessions.enabled;
  before = status;
}

function offerTables(names) {
  const select = byId('search').elements.table;
  if ([...select.options].map(option => option.value).join() !== names.join()) {
    select.replaceChildren(...names.map(name => el('option', {value: name}, name)));
  }
  byId('search').hidden = names.length === 0;
}

async function enter(opened) {
  session = opened;
  byId('login').hidden = true;
  byId('console').hidden = false;
  byId('user').textContent = `${session.user}, ${session.role}`;
  const [all, known] = await Promise.all([server.get('/samples'), server.get('/events')]);
  events = known.events;
  plots.begin(byId('plots'), all);
  server.watch(draw, () => show('live', mark('warn', 'no news')), leave);
}

/** A page whose login is over forgets everything. */
const leave = () => location.reload();

function notice(text) {
  byId('notice').textContent = text;
  byId('notice').hidden = !text;
}

loginForm.addEventListener('submit', async event => {
  event.preventDefault();
  const form = new FormData(loginForm);
  byId('login-error').textContent = '';
  try {
    await enter(await server.login(form.get('name'), form.get('password')));
    loginForm.reset();
  } catch (refused) {
    byId('login-error').textContent = refused.message;
  }
});

byId('logout').addEventListener('click', () =>
  server.post('/logout').then(leave, refused => notice(refused.message)));

byId('search').addEventListener('submit', async event => {
  event.preventDefault();
  await find();
});

async function find() {
  const form = new FormData(byId('search'));
  const key = new URLSearchParams({key: form.get('key')});
  try {
    const entry = await server.get(`/tables/${encodeURIComponent(form.get('table'))}/entry?${key}`);
    byId('found').replaceChildren(views.found(entry, session.role));
  } catch (refused) {
    byId('found').replaceChildren(el('p', {class: 'wrong'}, refused.message));
  }
}

byId('sessions').addEventListener('submit', async event => {
  event.preventDefault();
  const asked = Object.fromEntries(new FormData(byId('sessions')));
  try {
    const said = await server.get(`/sessions/entry?${new URLSearchParams(asked)}`);
    byId('session').replaceChildren(views.foundSession(asked, said, session.role));
  } catch (refused) {
    byId('session').replaceChildren(el('p', {class: 'wrong'}, refused.message));
  }
});

byId('ask').addEventListener('submit', async event => {
  event.preventDefault();
  try {
    const said = await server.get(`/explain?${new URLSearchParams(new FormData(byId('ask')))}`);
    byId('reason').replaceChildren(views.reason(said));
  } catch (refused) {
    byId('reason').replaceChildren(el('p', {class: 'wrong'}, refused.message));
  }
});

document.addEventListener('click', event => {
  const button = event.target.closest('[data-action], [data-look]');
  if (button?.dataset.look) {
    showChanges(JSON.parse(button.dataset.about));
  } else if (button) {
    open(button.dataset.action, JSON.parse(button.dataset.about), kind => kind === 'clear' && find());
  }
});

setInterval(() => {
  if (session && Date.now() - seen > SILENT_MILLIS) {
    show('live', mark('warn', 'no news'));
  }
}, 1000);

server.session().then(enter, refused => {
  byId('login').hidden = false;
  byId('login-error').textContent = refused.status === 401 ? '' : refused.message;
});

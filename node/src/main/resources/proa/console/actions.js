// Dialogs that change something: each says what it does before it is done, and what came of it.

import {get, post} from '/server.js';
import {changes} from '/views.js';
import {el} from '/words.js';

const dialog = document.getElementById('dialog');

const choice = (name, options, chosen) => el('select', {name}, options.map(([value, words]) =>
  el('option', {value, selected: value === chosen}, words)));

const lasting = () => el('label', {}, 'For ', choice('seconds', [
  ['', 'until it is changed'], ['600', '10 minutes'], ['3600', '1 hour'], ['28800', '8 hours']], ''));

const path = text => encodeURIComponent(text);

const kinds = {
  server: about => ({
    title: `Server ${about.backend}/${about.server}`,
    fields: [
      el('label', {}, 'It is ', choice('order', [
        ['ready', 'ready: it takes part'],
        ['drain', 'draining: it keeps its clients, and gets no new ones'],
        ['maintenance', 'in maintenance: it gets nothing, its clients go elsewhere'],
      ], about.order.toLowerCase())),
      el('label', {}, 'Weight ', el('input', {name: 'weight', value: String(about.weight), required: true,
        pattern: '[0-9]{1,3}|[0-9]{1,5}%|file', title: '0 to 256, a share like 50%, or file'})),
      lasting(),
    ],
    words: 'Change this server',
    act: form => post(`/backends/${path(about.backend)}/servers/${path(about.server)}`, {
      // What is not changed is not asked for: it would be kept as an operator's wish.
      ...(form.get('order') === about.order.toLowerCase() && form.get('weight') !== String(about.weight)
        ? {} : {order: form.get('order')}),
      ...(form.get('weight') === String(about.weight) ? {} : {weight: form.get('weight')}),
      ...(form.get('seconds') ? {seconds: form.get('seconds')} : {}),
    }),
    done: said => `${said.name}: ${said.order.toLowerCase()}, weight ${said.weight}.`,
  }),
  move: about => ({
    title: `Move group ${about.group}`,
    text: `Its addresses go to another node; established connections end there or are handed over as configured. Now: ${about.owner || 'unknown'}.`,
    fields: [el('label', {}, 'To ', choice('node', [['', 'where the file prefers it'],
      ...about.nodes.map(node => [node, node])], ''))],
    words: 'Move the group',
    act: form => post(`/groups/${path(about.group)}/move`, form.get('node') ? {node: form.get('node')} : {}),
    done: said => said.passedOn,
  }),
  drain: about => ({
    title: `Drain node ${about.node}`,
    text: 'Its groups move to other nodes, and it takes none until it is ready again, also after a boot.',
    fields: [lasting()],
    words: 'Drain the node',
    act: form => post(`/nodes/${path(about.node)}/drain`, form.get('seconds') ? {seconds: form.get('seconds')} : {}),
    done: said => said.passedOn,
  }),
  ready: about => ({
    title: `Node ${about.node} is ready`,
    text: 'It may own groups again.',
    fields: [],
    words: 'Give it back to service',
    act: () => post(`/nodes/${path(about.node)}/ready`),
    done: said => said.passedOn,
  }),
  clear: about => ({
    title: `Clear ${about.key}`,
    text: `Table ${about.table} forgets this key on all nodes: which server it is stuck to, what it has counted, and its tags. Limits and bans that follow from them are lifted; what is open stays counted.`,
    fields: [],
    words: 'Clear the key',
    act: () => post(`/tables/${path(about.table)}/clear`, {key: about.key}),
    done: said => said.cleared ? 'The key is cleared.' : 'Nothing was known of the key here; the other nodes clear it too.',
  }),
  content: about => ({
    title: `Content of session ${about.key}`,
    text: 'It may let its reader act as the person whose session it is. The log of this node says who has read it.',
    fields: [],
    words: 'Show the content',
    act: () => get(`/sessions/content?${new URLSearchParams(about)}`),
    done: said => JSON.stringify(said.content),
  }),
  reload: () => ({
    title: 'Reload the configuration',
    text: 'The node reads its file anew and takes it in if it is sound. Requests lose nothing by it.',
    fields: [],
    words: 'Reload',
    act: () => post('/reload'),
    done: said => `Generation ${said.generation}: ${said.changes.join('; ') || 'nothing differs'}.`,
  }),
};

/** Shows how the state of a server has changed. */
export async function showChanges(about) {
  const close = el('button', {type: 'button', click: () => dialog.close()}, 'Close');
  const body = el('div', {}, el('p', {}, 'Asking…'));
  dialog.replaceChildren(el('form', {}, el('h2', {id: 'dialog-title'}, `Server ${about.backend}/${about.server}`),
    body, el('div', {class: 'buttons'}, close)));
  dialog.showModal();
  try {
    const backend = await get(`/backends/${path(about.backend)}`);
    body.replaceChildren(changes(backend.servers.find(each => each.name === about.server)));
  } catch (refused) {
    body.replaceChildren(el('p', {class: 'wrong', role: 'alert'}, refused.message));
  }
}

/** Opens the dialog of a button. */
export function open(kind, about, afterwards) {
  const {title, text, fields, words, act, done} = kinds[kind](about);
  const answer = el('p', {role: 'alert'});
  const go = el('button', {type: 'submit', class: 'main'}, words);
  const cancel = el('button', {type: 'button', click: () => dialog.close()}, 'Cancel');
  const form = el('form', {}, el('h2', {id: 'dialog-title'}, title), text ? el('p', {}, text) : '',
    fields, answer, el('div', {class: 'buttons'}, cancel, go));
  form.addEventListener('submit', async event => {
    event.preventDefault();
    go.disabled = true;
    try {
      answer.className = '';
      answer.textContent = done(await act(new FormData(form)));
      go.remove();
      cancel.textContent = 'Close';
      cancel.focus();
      afterwards(kind);
    } catch (refused) {
      answer.className = 'wrong';
      answer.textContent = refused.message;
      go.disabled = false;
    }
  });
  dialog.replaceChildren(form);
  dialog.showModal();
}

// Everything shown comes from events and is other people's text: it becomes text nodes, never markup.

const LISTED_MAX = 100;
const EVENTS_MAX = 300;
const EVENTS_AT_FIRST = 60;
const HOSTS_EVERY_MS = 10_000;
const REFRESH_MS = 250;

const $ = (selector) => document.querySelector(selector);

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      node.setAttribute(key, value === true ? '' : value);
    }
  }
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== ''));
  return node;
}

const text = (value) => (value === undefined || value === null ? '' : String(value));
const short = (id) => text(id).slice(0, 12);
const shortDigest = (digest) => text(digest).replace(/^sha(256|512):/, '').slice(0, 12);
const sub = (...children) => element('span', { class: 'sub' }, ...children);

// -- what words and numbers look like

const MOODS = {
  running: 'good', succeeded: 'good',
  healthy: 'good', restarting: 'busy', paused: 'busy', unhealthy: 'bad',
  requested: 'busy', accepted: 'busy', placed: 'busy', pulling: 'busy', created: 'busy', queued: 'busy',
  failed: 'bad', rejected: 'bad', lost: 'bad',
};

function state(word, mood = MOODS[word] ?? 'calm') {
  return element('span', { class: 'state', 'data-state': mood }, text(word));
}

function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = Number(count);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return Number.isFinite(value) ? `${value.toFixed(value < 10 && unit > 0 ? 1 : 0)} ${units[unit]}` : '';
}

function duration(millis) {
  const seconds = millis / 1000;
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 1) return `${Math.round(millis)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

function age(time) {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return '';
  const since = Math.max(0, Date.now() - at);
  if (since < 2000) return 'just now';
  return `${since < 60_000 ? `${Math.floor(since / 1000)} s` : duration(since)} ago`;
}

function ago(time) {
  return time ? element('time', { datetime: text(time), 'data-ago': true, title: text(time) }, age(time)) : '';
}

setInterval(() => {
  document.querySelectorAll('time[data-ago]').forEach((node) => {
    node.textContent = age(node.getAttribute('datetime'));
  });
}, 1000);

// -- tables

function row(labels, cells) {
  return element('tr', {}, ...cells.map((cell, i) => {
    const content = element('div', {}, ...[cell].flat());
    return element('td', { 'data-label': labels[i], class: content.textContent ? undefined : 'nothing' }, content);
  }));
}

function fill(section, items, cells) {
  const table = $(`#${section} tbody`);
  const labels = [...document.querySelectorAll(`#${section} th`)].map((th) => th.textContent);
  table.replaceChildren(...items.map((item) => row(labels, cells(item))));
  $(`#${section} .count`).textContent = items.length ? String(items.length) : '';
  $(`#${section} .empty`).hidden = items.length > 0;
  $(`#${section} table`).hidden = items.length === 0;
}

function portLink(port) {
  const anywhere = port.hostIp === '0.0.0.0';
  const host = anywhere ? location.hostname : text(port.hostIp);
  const label = `${port.hostPort} → ${port.containerPort}/${port.protocol}`;
  const linkable = port.protocol === 'tcp' && /^[0-9a-zA-Z.-]+$/.test(host) && Number.isInteger(port.hostPort);
  return linkable
    ? element('a', { href: `http://${host}:${port.hostPort}/`, target: '_blank', rel: 'noopener noreferrer' }, label)
    : element('span', {}, label);
}

function exit(run) {
  if (run.error) return [element('span', { class: 'bad' }, text(run.error.reason)), sub(text(run.error.message))];
  if (!run.exit) return '';
  return [
    element('span', { class: run.exit.code === 0 ? '' : 'bad' }, `${run.exit.code} ${text(run.exit.reason)}`),
    sub(ago(run.exitedAt)),
  ];
}

const HEALTH = { starting: 'not checked yet', healthy: 'healthy', unhealthy: 'unhealthy' };

function times(count) {
  return count === 1 ? 'once' : `${count} times`;
}

function runState(run) {
  const word = run.state === 'running' && run.paused ? 'paused' : run.state;
  const unhealthy = word === 'running' && run.health?.status === 'unhealthy';
  const said = [
    run.state === 'running' ? HEALTH[run.health?.status] : undefined,
    unhealthy && run.health.failures ? `${run.health.failures} checks failed in a row` : undefined,
    run.state === 'restarting' && run.lastExit ? `after ${text(run.lastExit.reason)}` : undefined,
    run.restarts ? `restarted ${times(run.restarts)}` : undefined,
  ].filter(Boolean);
  return [state(word, unhealthy ? 'bad' : MOODS[word] ?? 'calm'), said.length ? sub(said.join(', ')) : ''];
}

function runCells(run) {
  return [
    [text(run.name) || short(run.id), sub(element('span', { class: 'mono' }, short(run.id)), run.host ? ` on ${run.host}` : '')],
    [text(run.image?.reference), run.image?.digest ? sub(element('span', { class: 'mono' }, shortDigest(run.image.digest))) : ''],
    runState(run),
    element('span', { class: 'ports' }, ...(run.state === 'running' ? run.ports ?? [] : []).map(portLink)),
    ago(run.startedAt ?? run.createdAt),
    exit(run),
  ];
}

function steps(build) {
  const all = build.steps ?? [];
  const total = build.stepsTotal ?? all[0]?.total ?? 0;
  const done = all.filter((step) => step.state === 'finished');
  const cached = build.stepsCached ?? done.filter((step) => step.cached).length;
  if (!total) return '';
  if (build.state === 'running') {
    const current = all.find((step) => step.state === 'running');
    return [
      element('progress', { max: total, value: done.length }),
      `${done.length}/${total}`,
      current ? sub(element('span', { class: 'mono' }, text(current.instruction).slice(0, 80))) : '',
    ];
  }
  return `${total}, ${cached} cached`;
}

function buildCells(build) {
  const took = build.finishedAt ? Date.parse(build.finishedAt) - Date.parse(build.startedAt ?? build.createdAt) : undefined;
  const where = build.error?.line ? ` (${text(build.error.file)}:${build.error.line})` : '';
  return [
    [element('span', { class: 'mono' }, short(build.id)), sub(ago(build.createdAt))],
    element('span', { class: 'tags' }, ...(build.tags ?? []).map((tag) => element('span', {}, text(tag)))),
    [state(build.state), build.error ? sub(text(build.error.message) + where) : ''],
    steps(build),
    element('span', { class: 'mono' }, shortDigest(build.imageDigest)),
    took === undefined ? '' : duration(build.durationMillis ?? took),
  ];
}

function imageCells(image) {
  return [
    `${image.repository}:${image.tag}`,
    element('span', { class: 'mono', title: text(image.digest) }, shortDigest(image.digest)),
    image.sizeBytes === undefined ? '' : bytes(image.sizeBytes),
    text((image.platforms ?? []).join(', ')),
    ago(image.taggedAt),
  ];
}

function hostCard(host) {
  const used = host.memoryBytes - host.memoryFreeBytes;
  const silent = Date.now() - Date.parse(host.at) > 35_000;
  return element('article', { class: 'host' },
    element('h3', {}, text(host.host), state(silent ? 'silent' : host.draining ? 'draining' : 'up', silent ? 'bad' : host.draining ? 'busy' : 'good')),
    element('meter', { min: 0, max: host.memoryBytes, value: used, high: host.memoryBytes * 0.85, title: 'memory in use' }),
    element('p', {}, `${bytes(used)} of ${bytes(host.memoryBytes)} in use, ${host.cpus} CPUs, ${host.runs} running`),
    element('p', {}, `${text(host.address)}, Linux ${text(host.kernel)}, cgroup ${text(host.cgroup)}, `, ago(host.at)));
}

// -- lists: fetched again shortly after an event that concerns them

async function items(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()).items;
}

const lists = {
  async run() {
    const runs = await items(`/v1/runs?limit=${LISTED_MAX}`);
    fill('runs', $('#all-runs').checked ? runs : runs.filter((run) => run.state !== 'removed'), runCells);
  },
  async build() {
    fill('builds', await items(`/v1/builds?limit=${LISTED_MAX}`), buildCells);
  },
  async image() {
    fill('images', await items(`/v1/images?limit=${LISTED_MAX}`), imageCells);
  },
  async host() {
    $('#hosts').replaceChildren(...(await items('/v1/hosts')).map(hostCard));
  },
};

const due = new Map();

function refresh(entity) {
  if (!lists[entity] || due.has(entity)) return;
  due.set(entity, setTimeout(async () => {
    try {
      await lists[entity]();
    } catch {
      // Shown by the state of the connection; the next event or reconnection fetches again.
    } finally {
      due.delete(entity);
    }
  }, REFRESH_MS));
}

// -- the stream

const stream = { paused: false, held: [], seen: 0 };

function summary(event) {
  const data = event.data ?? {};
  const parts = [
    data.name, data.image?.reference, data.repository && `${data.repository}${data.tag ? `:${data.tag}` : ''}`,
    data.instruction && `${data.step}/${data.total} ${data.instruction}`, data.cached && 'cached',
    data.code !== undefined && `code ${data.code}`, data.reason, data.message,
    (data.tags ?? []).join(' '), ...(data.ports ?? []).map((port) => `${port.hostPort}→${port.containerPort}`),
  ];
  return parts.filter((part) => part).map(text).join(' · ');
}

function entityOf(type) {
  return /^dev\.gantry\.([a-z]+)\./.exec(type)?.[1];
}

function mood(type, data) {
  if (/\.(failed|rejected|lost|oom-killed|unhealthy|unreadable|dead-letter)\./.test(type) || (data?.code ?? 0) !== 0) return 'bad';
  return /\.(started|healthy|succeeded)\./.test(type) ? 'good' : 'calm';
}

function eventRow(event) {
  const type = text(event.type).replace(/^dev\.gantry\./, '').replace(/\.v1$/, '');
  const at = new Date(event.time);
  const clock = Number.isNaN(at.getTime()) ? '' : at.toLocaleTimeString([], { hour12: false });
  const node = element('li', {},
    element('details', {},
      element('summary', {},
        element('time', { title: text(event.time) }, clock),
        element('span', { class: 'type state', 'data-state': mood(text(event.type), event.data) }, type),
        element('span', { class: 'mono', title: text(event.subject) }, short(event.subject)),
        element('span', { class: 'said' }, summary(event)))));
  const details = node.firstChild;
  details.addEventListener('toggle', () => {
    if (details.open && !details.querySelector('pre')) {
      details.append(element('pre', {}, JSON.stringify(event, null, 2)));
    }
  });
  node.searchable = JSON.stringify(event).toLowerCase();
  node.hidden = !matches(node);
  return node;
}

function matches(node) {
  return $('#filter').value.toLowerCase().split(/\s+/).every((word) => node.searchable.includes(word));
}

function show(event) {
  stream.seen += 1;
  if (stream.paused) {
    stream.held.push(event);
    if (stream.held.length > EVENTS_MAX) stream.held.shift();
  } else {
    const list = $('#stream');
    list.prepend(eventRow(event));
    while (list.childElementCount > EVENTS_MAX) list.lastChild.remove();
  }
  $('#pause').textContent = stream.paused && stream.held.length ? `Resume (${stream.held.length})` : stream.paused ? 'Resume' : 'Pause';
}

function receive(message) {
  try {
    const event = JSON.parse(message.data);
    show(event);
    refresh(entityOf(text(event.type)));
  } catch {
    // An event that is not JSON cannot be in the feed.
  }
}

function connection(word, mood) {
  const node = $('#connection');
  node.textContent = word;
  node.dataset.state = mood;
}

async function follow() {
  let types;
  try {
    types = (await items('/v1/schemas')).map((item) => item.type);
  } catch {
    connection('no answer', 'bad');
    setTimeout(follow, 2000);
    return;
  }
  // A stream that the server ends is resumed by the browser, which names the last event it saw.
  const source = new EventSource(`/v1/events?last=${EVENTS_AT_FIRST}`);
  source.onopen = () => {
    connection('live', 'good');
    Object.keys(lists).forEach(refresh);
  };
  source.onerror = () => {
    connection('reconnecting', 'waiting');
    if (source.readyState === EventSource.CLOSED) {
      source.close();
      $('#stream').replaceChildren();
      setTimeout(follow, 2000);
    }
  };
  for (const type of [...types, 'dev.gantry.dead-letter.v1', 'dev.gantry.unreadable.v1']) {
    source.addEventListener(type, receive);
  }
}

$('#filter').addEventListener('input', () => {
  for (const node of $('#stream').children) node.hidden = !matches(node);
});
$('#pause').addEventListener('click', () => {
  stream.paused = !stream.paused;
  $('#pause').setAttribute('aria-pressed', String(stream.paused));
  const held = stream.held.splice(0);
  if (stream.paused || !held.length) {
    $('#pause').textContent = stream.paused ? 'Resume' : 'Pause';
  }
  held.forEach(show);
});
$('#all-runs').addEventListener('change', () => refresh('run'));
setInterval(() => refresh('host'), HOSTS_EVERY_MS);
follow();

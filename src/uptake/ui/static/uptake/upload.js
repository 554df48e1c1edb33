// Sends a file of any size in pieces, and goes on where it stopped: after a break of the network by
// itself, after closing the page when the same file is chosen again. Without it the form still works.

const form = document.querySelector('.upload-form')
const input = document.getElementById('file')
const drop = document.getElementById('drop')
const words = document.getElementById('sending-words')
const share = document.getElementById('sending-share')
const panel = document.getElementById('sending')
const stop = document.getElementById('sending-stop')
const on = document.getElementById('sending-on')
const foot = document.getElementById('send-foot')
const token = form.querySelector('[name=csrfmiddlewaretoken]').value
const PATIENCE = [1, 2, 5, 10, 20, 30]
let sending

const hex = bytes => Array.from(new Uint8Array(bytes), byte => byte.toString(16).padStart(2, '0')).join('')
const checksum = async data => (crypto.subtle ? hex(await crypto.subtle.digest('SHA-256', data)) : '')
const amount = bytes => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`)

class Refused extends Error {}

const ask = async (address, options) => {
  const answer = await fetch(address, { ...options, headers: { 'X-CSRFToken': token, ...options.headers }, signal: sending.signal })
  const said = (answer.headers.get('Content-Type') ?? '').includes('json') ? await answer.json() : {}
  if (answer.redirected || answer.status === 401) throw new Refused('You are signed out. Sign in again, then choose the same file: it goes on where it stopped.')
  if (answer.ok || answer.status === 409) return said
  if (answer.status >= 500) throw new Error('the server does not answer')
  throw new Refused(said.detail ?? 'This file cannot be taken. Reload the page and try again.')
}

const tell = (file, offset, since, begun) => {
  const percent = Math.floor((offset / file.size) * 100)
  const speed = (offset - since) / Math.max(0.001, (performance.now() - begun) / 1000)
  const left = speed > 0 ? Math.ceil((file.size - offset) / speed) : 0
  share.value = percent
  words.textContent = `${file.name}: ${amount(offset)} of ${amount(file.size)} sent${left > 5 ? `, about ${left} seconds left` : ''}.`
}

const post = (address, facts) => ask(address, { method: 'POST', body: new URLSearchParams(facts) })

const sendPieces = async (file, started) => {
  let offset = started.offset
  const since = offset
  const begun = performance.now()
  tell(file, offset, since, begun)
  while (offset < file.size) {
    const piece = await file.slice(offset, offset + started.chunk).arrayBuffer()
    const headers = { 'Content-Type': 'application/octet-stream', 'Upload-Offset': String(offset) }
    const sum = await checksum(piece)
    if (sum) headers['Upload-Checksum'] = `sha256 ${sum}`
    const said = await ask(started.address, { method: 'PUT', headers, body: piece })
    offset = said.offset
    tell(file, offset, since, begun)
  }
}

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000))

const fingerprint = async file => `${file.lastModified}-${await checksum(await file.slice(0, 1 << 20).arrayBuffer())}`

const sendAll = async file => {
  const facts = { name: file.name, size: file.size, fingerprint: await fingerprint(file) }
  const started = await post(form.dataset.uploads, facts)
  await sendPieces(file, started)
  words.textContent = `${file.name} is here. Looking at it …`
  share.removeAttribute('value')
  const chosen = { kind: form.elements.kind.value, source: form.elements.source.value }
  const done = await post(started.finish, chosen)
  if (!done.address) throw new Error('a piece is missing')
  window.location.assign(done.address)
}

const send = async file => {
  sending = new AbortController()
  panel.hidden = false
  foot.hidden = true
  stop.hidden = false
  on.hidden = true
  for (let tried = 0; ; tried += 1) {
    try {
      return await sendAll(file)
    } catch (problem) {
      if (sending.signal.aborted) return paused('Stopped. What was sent is kept for a week.')
      if (problem instanceof Refused) return paused(problem.message)
      if (tried >= PATIENCE.length) return paused('The server cannot be reached. Go on later.')
      words.textContent = `Broken off (${problem.message}). It goes on in ${PATIENCE[tried]} seconds …`
      await wait(PATIENCE[tried])
    }
  }
}

const paused = text => {
  words.textContent = text
  stop.hidden = true
  on.hidden = false
  foot.hidden = false
}

stop.addEventListener('click', () => sending.abort())
on.addEventListener('click', () => send(input.files[0]))
form.addEventListener('submit', event => {
  if (!input.files.length) return
  event.preventDefault()
  send(input.files[0])
})
const events = () => {
  form.querySelector('.source-field').hidden = form.elements.kind.value !== 'events'
}
form.addEventListener('change', events)
events()
for (const name of ['dragenter', 'dragover']) {
  drop.addEventListener(name, event => { event.preventDefault(); drop.classList.add('over') })
}
for (const name of ['dragleave', 'drop']) drop.addEventListener(name, () => drop.classList.remove('over'))
drop.addEventListener('drop', event => {
  event.preventDefault()
  if (event.dataTransfer.files.length) input.files = event.dataTransfer.files
})
